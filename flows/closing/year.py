"""`kelou year`: the closings of a year, as they stand after their restatements, added up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from checks.closing.facts import ACT
from checks.concepts import SCHEMA_VERSION, Period
from checks.local_time import midnight, zone_of
from checks.numbers.plain import plain
from checks.numbers.year import ClosingUsed, Year
from checks.results.year import Month, year
from checks.results.year.people import feedback_of, records_of
from checks.text.filling import filled
from flows.archive.closings import Closed, lake_of, of_month
from flows.archive.environment import environment
from flows.archive.lock import publishing
from flows.archive.obligations import scan_obligations
from flows.archive.run_folder import (
    CONDUCT_FILE,
    FINDINGS_FILE,
    LOCAL,
    MANIFEST,
    OBLIGATIONS,
    REGISTER_FILE,
    file_hashes,
    sealed,
    staged,
    write_json,
)
from flows.archive.stored import stored
from flows.audit.gathering import load_rules
from flows.audit.outputs import report_options
from flows.closing.approvals import entries
from flows.closing.findings.objections import contested
from flows.closing.manifest import period_of
from flows.report.words.options import Lang
from flows.report.year import YEAR_FILE, write_year_report
from flows.settings import Settings, redacted
from flows.system.errors import InputError
from flows.system.spreadsheet import write_csv


def write_year(lake: str, number: int, out: Path, settings: Settings, lang: Lang) -> Year:
    """Write year.json, proposals.csv, report.pdf and manifest.json into `out`; returns what
    year.json holds.

    Raises InputError when no month of the year is closed.
    """
    editions = [
        found for month in range(1, 13) if (found := of_month(lake, f"{number}-{month:02}"))
    ]
    if not editions:
        raise InputError(
            f"{lake}: no month of {number} is closed; close one: kelou close --month {number}-01"
        )
    cutoff = period_of(editions[-1][-1].manifest).cutoff
    start, end = (midnight(date(n, 1, 1), zone_of(cutoff)) for n in (number, number + 1))
    period = Period(start, end, cutoff)
    rulebooks = load_rules(settings).rulebooks
    stated = year([month_of(found) for found in editions], rulebooks, period)
    with publishing(out), staged(out) as folder:
        write_json(folder / YEAR_FILE, plain(stated))
        _write_proposals(folder / "proposals.csv", stated)
        options = replace(report_options(settings), number=f"KL-{number}")
        write_year_report(folder, stated, rulebooks, lang, options)
        facts = {
            "year": number,
            "lang": lang,
            "closings": [plain(closing) for closing in stated.closings],
            "configuration": redacted(settings),
            **environment(settings.report.fonts),
        }
        write_json(
            folder / MANIFEST,
            {"schema_version": SCHEMA_VERSION, **facts, "outputs": file_hashes(folder)},
        )
        write_json(
            folder / LOCAL, sealed({"lake": lake if stored(lake) else str(Path(lake).resolve())})
        )
    return stated


def month_of(editions: list[Closed]) -> Month:
    """A month by its last edition; objections to any of its editions count."""
    last = editions[-1]
    objections = tuple(
        entry["department"] for closed in editions for entry in entries(closed.folder, "objection")
    )
    edition = ClosingUsed(
        month=last.month, closing=last.name, sha256=last.sha256, restatement=last.restated
    )
    feedback = last.metrics().analyses.feedback
    numbers = contested(str(lake_of(last.folder)), editions)
    findings = pl.read_parquet(last.folder / FINDINGS_FILE)
    disputed = pl.col("finding_id").is_in(numbers)
    records = {
        "person": records_of(_undisputed(last, numbers), findings.filter(~disputed), feedback),
        "department": feedback_of(feedback.by_department if feedback else ()),
    }
    judged = scan_obligations(last.folder / OBLIGATIONS).collect()
    acts = findings.filter(disputed).select(ACT)
    return Month(last.month, judged, objections, edition, records, acts)


def _undisputed(closed: Closed, contested: frozenset[str]) -> pl.DataFrame:
    """Findings of conduct but of the messages that an entry of the register under objection is
    about."""
    said = pl.read_parquet(closed.folder / CONDUCT_FILE)
    path = closed.folder / REGISTER_FILE
    if not contested or not path.exists():
        return said
    entries = pl.read_parquet(path).filter(pl.col("finding_id").is_in(contested))
    message = filled("{} {}", "conversation_id", "message_id")
    return said.filter(~message.is_in(entries["subject"].drop_nulls().implode()))


def _write_proposals(path: Path, stated: Year) -> None:
    """One row per proposal, for those who decide; rewards that the records contradict come last and
    are `withheld`."""
    columns = (
        "article",
        "kind",
        "who",
        "key",
        "month",
        "numerator",
        "denominator",
        "rate",
        "unknown",
        "violations",
        "exempt",
        "rank",
        "messages",
        "answers",
        "mean_score",
        "low_scores",
        "displeased",
        "grave",
        "against",
        "withheld",
        "numbers",
    )
    rows = [
        {
            **vars(p),
            **vars(p.evidence),
            "against": "; ".join(p.against),
            "withheld": withheld,
            "numbers": "; ".join(p.numbers),
        }
        for made, withheld in ((stated.proposals, False), (stated.withheld, True))
        for p in made
    ]
    table = {name: [row[name] for row in rows] for name in columns}
    write_csv(path, pl.DataFrame(table, infer_schema_length=None).lazy())
