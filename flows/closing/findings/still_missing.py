"""Findings that were verified although their records say otherwise: the document is still not
there, the step still not taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import polars as pl

from checks.concepts import Period
from checks.judging import judge
from checks.records.records import Records
from checks.subjects.registry import record_of
from flows.audit.data_source import LakeSource, at_cutoff
from flows.audit.gathering import ingest, load_rules
from flows.closing.findings.states import Finding
from flows.law.judging_options import judging_options
from flows.settings import Settings

LACKING: Final = ("missing", "overdue")
"""Verdicts that a record supplied later takes back. What came late stays late: nothing later can
contradict that it was seen to."""


def still_missing(
    lake: str, settled: Iterable[tuple[Finding, Period]], cutoff: datetime, settings: Settings
) -> set[str]:
    """Numbers of those findings about tickets whose act is still missing or open by the cutoff, as
    the lake's records tell; each with the period of its closing."""
    asked: dict[tuple[datetime, datetime], list[Finding]] = {}
    for finding, period in settled:
        if finding.entry["detail"] in LACKING and finding.entry["subject"]:
            asked.setdefault((period.start, period.end), []).append(finding)
    if not asked:
        return set()
    last = max(end for _, end in asked)
    intake = ingest(at_cutoff(LakeSource(lake), cutoff), settings, max(last, cutoff))
    rulebooks, options = load_rules(settings).rulebooks, judging_options(settings)
    found: set[str] = set()
    for (start, end), findings in asked.items():
        subjects = {(f.entry["subject"], f.entry["step"]): f.number for f in findings}
        records = _about(intake.records, [subject for subject, _ in subjects])
        judged = judge(records, rulebooks, Period(start, end, cutoff), options)
        lacking = judged.lazy().filter(pl.col("verdict").is_in(LACKING))
        acts = lacking.select("subject_id", "topic").unique().collect()
        found |= {subjects[act] for act in acts.iter_rows() if act in subjects}
    return found


def _about(records: Records, subjects: list[str]) -> Records:
    """The records of these tickets alone, with the calls and chats that began them."""
    rows = pl.LazyFrame({"subject_type": "ticket", "subject_id": subjects})
    wanted = rows.select(ticket_id=record_of(rows)).collect()["ticket_id"].implode()
    mine = pl.col("ticket_id").is_in(wanted)
    tables = ("tickets", "calls", "chats")
    return records.with_tables({name: records[name].filter(mine) for name in tables})
