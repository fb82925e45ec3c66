"""From the results of a run to the files of its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from checks.law.rulebook import Rulebooks
from checks.numbers.whole import Metrics
from flows.archive.run_folder import sha256
from flows.report.context.blocks import Report
from flows.report.context.dates import dated
from flows.report.context.report_context import ReportContext
from flows.report.html import interactive_html, printed_html
from flows.report.pdf.render import Attached, PdfJob, drawing
from flows.report.view.build import build_page, build_printed
from flows.report.view.identity import PLACE, number_of
from flows.report.view.interactive import case_browser
from flows.report.words.of_rulebooks import texts_of
from flows.report.words.options import Lang, ReportOptions
from flows.report.words.printable import Printable, charset
from flows.report.words.profiles import PROFILES, Profile, in_force
from flows.report.words.wording import Wording
from flows.system.errors import KelouError, UsageError

FINDINGS = "findings.csv"
ATTACHED = (FINDINGS, "inputs.json", "metrics.json")


def write_report(
    out: Path,
    *,
    metrics: Metrics,
    findings: pl.DataFrame,
    inputs: Mapping[str, Any],
    rulebooks: Rulebooks,
    lang: Lang = "zh",
    options: ReportOptions | None = None,
    pdf: bool = True,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Path]:
    """Write the PDF of every configured document and its interactive edition into `out`, and return
    their paths.

    `pdf`: False leaves the PDFs out. `meanwhile`: what else is to be done while other processes
    draw them.

    `findings` as of `checks.results.findings`, `inputs` as inputs.json. The files findings.csv,
    metrics.json and inputs.json must stand in `out` already: each PDF carries them byte for byte,
    or of more than `attached_findings` findings the checksum of findings.csv. Equal input gives
    equal bytes. Raises KelouError when a font is missing or a document fails the preflight.
    """
    options = options or ReportOptions()
    for family in options.fonts:
        charset(family)
    absent = [name for name in ATTACHED if not (out / name).is_file()]
    if absent:
        raise KelouError(
            f"{', '.join(absent)} must be written before the report: the PDF carries them"
        )
    seals = {name: sha256(out / name) for name in ATTACHED}
    contexts = _contexts(metrics, findings, inputs, rulebooks, lang, options, seals)
    documents = [
        _document(context, f"{context.profile.file}{suffix}", seals) for context, suffix in contexts
    ]
    jobs = [_job(out, document) for document in documents] if pdf else []
    with drawing(jobs):
        pages = [_page(out, document) for document in documents]
        meanwhile()
    return [*(job.out for job in jobs), *pages]


@dataclass(frozen=True)
class _Document:
    """One document in one language: its printed form and its number."""

    context: ReportContext
    name: str
    number: str
    printed: Report


def _document(context: ReportContext, name: str, seals: Mapping[str, str]) -> _Document:
    printed = build_printed(context)
    carried = (f"{file} {seal}" for file, seal in seals.items())
    return _Document(context, name, number_of(context, repr(printed), carried), printed)


def _contexts(
    metrics: Metrics,
    findings: pl.DataFrame,
    inputs: Mapping[str, Any],
    rulebooks: Rulebooks,
    lang: Lang,
    options: ReportOptions,
    seals: Mapping[str, str],
) -> Iterator[tuple[ReportContext, str]]:
    """One per document and language; the English edition beside a Chinese one is called `.en`."""
    apart = findings.height > options.attached_findings
    if metrics.edition and metrics.edition.made_on:
        options = replace(options, report_date=date.fromisoformat(metrics.edition.made_on))
    for profile in _profiles(rulebooks, options):
        for code in ("zh", "en") if lang == "both" else (lang,):
            texts = texts_of(code, rulebooks)
            printable = Printable(options.show_personal, options.mask_staff)
            wording = Wording(texts, options.time_zone)
            context = ReportContext(
                rulebooks=rulebooks,
                texts=texts,
                wording=wording,
                printable=printable,
                options=options,
                profile=profile,
                metrics=metrics,
                findings=findings,
                inputs=inputs,
                kept_apart=seals[FINDINGS] if apart else "",
                seal=seals["inputs.json"],
            )
            yield context, ".en" if lang == "both" and code == "en" else ""


def _profiles(rulebooks: Rulebooks, options: ReportOptions) -> list[Profile]:
    unknown = [code for code in options.profiles if code not in PROFILES]
    if unknown:
        raise UsageError(f"no document {unknown[0]}; allowed: {', '.join(PROFILES)}")
    return in_force(rulebooks, options.profiles)


def _job(out: Path, document: _Document) -> PdfJob:
    context = document.context
    files = [file for file in ATTACHED if not (context.kept_apart and file == FINDINGS)]
    attached = tuple(
        Attached(out / file, context.texts(f"attached.{file.partition('.')[0]}")) for file in files
    )
    return PdfJob(
        printed_html(document.printed).replace(PLACE, document.number),
        out / f"{document.name}.pdf",
        dated(context.metrics.period, context.options),
        attached,
        document.number,
    )


def _page(out: Path, document: _Document) -> Path:
    path, context = out / f"{document.name}.html", document.context
    page = interactive_html(build_page(context), case_browser(context))
    path.write_text(page.replace(PLACE, document.number), "utf-8")
    return path
