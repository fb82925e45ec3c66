"""`kelou appraise`: what a month's closing says of each department and person, for those who
appraise."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from checks.concepts import SCHEMA_VERSION
from checks.results.year import Appraisal, appraisals
from flows.archive.closings import of_month
from flows.archive.environment import environment
from flows.archive.run_folder import MANIFEST, file_hashes, staged, write_json
from flows.audit.gathering import load_rules
from flows.audit.outputs import report_options
from flows.closing.manifest import period_of
from flows.closing.year import month_of
from flows.report.appraisal import write_appraisal
from flows.report.appraisal_pdf import appraisal_job
from flows.report.context.report_context import ReportWords
from flows.report.pdf.render import render_all
from flows.report.words.of_rulebooks import texts_of
from flows.report.words.printable import Printable
from flows.report.words.profiles import first_in_force
from flows.report.words.wording import Wording
from flows.settings import Settings, redacted
from flows.system.errors import InputError
from flows.system.languages import single

DEPARTMENTS: Final = "appraisal"
PERSONS: Final = "appraisal-persons"
"""Of persons: files of their own, which only their owner may read."""
FORMS: Final = (".xlsx", ".pdf")


def write_appraisals(
    lake: str, month: str, out: Path, settings: Settings, lang: str, pdf: bool = True
) -> tuple[Appraisal, ...]:
    """Write DEPARTMENTS and PERSONS, each as workbook and, unless `pdf` is False, as PDF, and the
    manifest into `out`; returns what they hold. Raises InputError when the month is not closed."""
    editions = of_month(lake, month)
    if not editions:
        raise InputError(f"{lake}: {month} is not closed; close it: kelou close --month {month}")
    rulebooks, last = load_rules(settings).rulebooks, editions[-1]
    found = appraisals(month_of(editions), rulebooks, period_of(last.manifest))
    options, texts = report_options(settings), texts_of(single(lang), rulebooks)
    words = ReportWords(
        rulebooks=rulebooks,
        texts=texts,
        wording=Wording(texts, options.time_zone),
        printable=Printable(options.show_personal, options.mask_staff),
        options=options,
        profile=first_in_force(rulebooks),
    )
    with staged(out) as folder:
        jobs = []
        for name, who in ((DEPARTMENTS, "department"), (PERSONS, "person")):
            mine = [appraisal for appraisal in found if appraisal.who == who]
            sheets, paper = (folder / f"{name}{form}" for form in FORMS)
            write_appraisal(sheets, mine, month, words, restricted=who == "person")
            if pdf and mine:
                jobs.append(appraisal_job(paper, mine, month, words, restricted=who == "person"))
        render_all(jobs)
        for path in folder.glob(f"{PERSONS}.*"):
            os.chmod(path, 0o600)
        facts = {
            "month": month,
            "closing": {"closing": last.name, "sha256": last.sha256},
            "configuration": redacted(settings),
            **environment(settings.report.fonts),
        }
        outputs = file_hashes(folder)
        content = {"schema_version": SCHEMA_VERSION, **facts, "outputs": outputs}
        write_json(folder / MANIFEST, content)
    return found
