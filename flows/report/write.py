"""From the results of a run to the files of its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from checks.law.rulebook import Rulebooks
from checks.numbers.whole import Metrics
from flows.archive.run_folder import sha256
from flows.report.context.blocks import Report
from flows.report.context.report_context import ReportContext
from flows.report.html import interactive_html, printed_html
from flows.report.pdf.render import Attached, PdfJob, drawing
from flows.report.view.build import build_report, dated
from flows.report.view.interactive import case_browser
from flows.report.words.options import Lang, ReportOptions
from flows.report.words.printable import Printable, charset
from flows.report.words.profiles import PROFILES, Profile
from flows.report.words.texts import load_texts
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
    kept_apart = sha256(out / FINDINGS) if findings.height > options.attached_findings else ""
    desks = list(_desks(metrics, findings, inputs, rulebooks, lang, options, kept_apart))
    reports = [
        (build_report(context), context, f"{context.profile.file}{suffix}")
        for context, suffix in desks
    ]
    jobs = [_job(out, report, context, name) for report, context, name in reports if pdf]
    with drawing(jobs):
        pages = [_page(out, report, context, name) for report, context, name in reports]
        meanwhile()
    return [*(job.out for job in jobs), *pages]


def _desks(
    metrics: Metrics,
    findings: pl.DataFrame,
    inputs: Mapping[str, Any],
    rulebooks: Rulebooks,
    lang: Lang,
    options: ReportOptions,
    kept_apart: str,
) -> Iterator[tuple[ReportContext, str]]:
    """One per document and language; the English edition beside a Chinese one is called `.en`."""
    for profile in _profiles(options):
        for code in ("zh", "en") if lang == "both" else (lang,):
            texts = load_texts(code)
            printable = Printable(options.show_personal, options.mask_staff)
            wording = Wording(texts)
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
                kept_apart=kept_apart,
            )
            yield context, ".en" if lang == "both" and code == "en" else ""


def _profiles(options: ReportOptions) -> list[Profile]:
    unknown = [code for code in options.profiles if code not in PROFILES]
    if unknown:
        raise UsageError(f"no document {unknown[0]}; allowed: {', '.join(PROFILES)}")
    return [PROFILES[code] for code in options.profiles]


def _job(out: Path, report: Report, context: ReportContext, name: str) -> PdfJob:
    files = [file for file in ATTACHED if not (context.kept_apart and file == FINDINGS)]
    attached = tuple(
        Attached(out / file, context.texts(f"attached.{file.partition('.')[0]}")) for file in files
    )
    return PdfJob(
        printed_html(report),
        out / f"{name}.pdf",
        dated(context.metrics.period, context.options),
        attached,
    )


def _page(out: Path, report: Report, context: ReportContext, name: str) -> Path:
    path = out / f"{name}.html"
    path.write_text(interactive_html(report, case_browser(context)), "utf-8")
    return path
