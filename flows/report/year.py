"""The yearly report as PDF and page, in the same templates as the monthly one."""

from __future__ import annotations

from pathlib import Path

from checks.law.rulebook import Rulebooks
from checks.numbers.year import Year
from flows.archive.run_folder import sha256
from flows.report.context.dates import dated
from flows.report.context.report_context import YearContext
from flows.report.html import printed_html
from flows.report.pdf.render import Attached, PdfJob, render_all
from flows.report.view.identity import PLACE, year_number
from flows.report.view.year import build_year
from flows.report.words.of_rulebooks import texts_of
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import first_in_force
from flows.report.words.wording import Wording

YEAR_FILE = "year.json"


def write_year_report(
    out: Path, year: Year, rulebooks: Rulebooks, lang: str, options: ReportOptions
) -> None:
    """report.pdf (report.en.pdf beside a Chinese one); it carries year.json, which must stand in
    `out` already."""
    jobs = []
    for code in ("zh", "en") if lang == "both" else (lang,):
        texts = texts_of(code, rulebooks)
        context = YearContext(
            rulebooks=rulebooks,
            texts=texts,
            wording=Wording(texts, options.time_zone),
            printable=Printable(options.show_personal, options.mask_staff),
            options=options,
            profile=first_in_force(rulebooks),
            year=year,
        )
        attached = Attached(out / YEAR_FILE, texts("attached.metrics"))
        name = "report.en.pdf" if lang == "both" and code == "en" else "report.pdf"
        at = dated(year.period, options)
        printed = build_year(context)
        carried = (f"{YEAR_FILE} {sha256(out / YEAR_FILE)}",)
        number = year_number(context, repr(printed), carried)
        html = printed_html(printed).replace(PLACE, number)
        jobs.append(PdfJob(html, out / name, at, (attached,), number))
    render_all(jobs)
