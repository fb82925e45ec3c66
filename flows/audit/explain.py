"""Explaining a case of an earlier run: its obligations, and its records read again from the data
folder."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from checks.explanations import (
    Called,
    Ledgers,
    Step,
    coarse_instants,
    doubts,
    evidence,
    parse,
    steps,
)
from checks.judging.clocks import Clocks
from checks.judging.pauses import pauses_as_of
from checks.law.rulebook import Text
from checks.subjects.registry import kind_of
from flows.archive.obligations import scan_obligations
from flows.archive.run_folder import MANIFEST, OBLIGATIONS
from flows.audit.data_source import data_source_of_run
from flows.audit.gathering import ingest, load_rules
from flows.law.field_words import field_word
from flows.law.judging_options import judging_options
from flows.report.words.texts import load_texts
from flows.settings import Settings
from flows.system.errors import UsageError


def explain(
    run: Path, subject: str, data: Path | None, settings: Settings, lang: str
) -> Iterator[list[Step]]:
    """For each obligation of the subject its steps; last, the records as one more list. Raises
    UsageError."""
    path = run / OBLIGATIONS
    if not (run / MANIFEST).is_file() or not path.is_file():
        raise UsageError(
            f"{run} is not the folder of a run; give the folder that kelou audit wrote"
        )
    rows = scan_obligations(path).filter(pl.col("subject_id") == subject).collect()
    if rows.is_empty():
        raise UsageError(f"{subject} has no obligation in {run}{_nearest(path, subject)}")
    words = parse((files("checks") / "explanations" / "wording.yaml").read_text("utf-8"), lang)
    defect = load_texts(lang).defect
    rulebooks, options = load_rules(settings).rulebooks, judging_options(settings)
    # Kept: what it read waits in its files until the end
    intake = ingest(data_source_of_run(run, data), settings)
    gap = rulebooks.parameters.session_gap
    coarse, called = (
        coarse_instants(rows.to_dicts(), intake.records, gap),
        Called(partial(field_word, lang=lang), defect),
    )
    kind, cutoff = kind_of(rows["subject_type"][0]), _cutoff(run)
    pauses = pauses_as_of(kind, intake.records, rulebooks.pause_reasons, cutoff)
    business = Clocks.of(rulebooks, options.calendar, options.ring_cycle).business
    mine = pauses.filter(record=kind.record_id(subject))
    ledgers = Ledgers(business, rulebooks, mine, cutoff)
    facts: dict[Text, None] = {}  # a reading that several rules share is told once
    for row in rows.to_dicts():
        rule = rulebooks.rule(row["rule_id"])
        readings_of = [reading for reading in rulebooks.readings_of(rule) if reading not in facts]
        facts |= dict.fromkeys(readings_of)
        told_of = steps(row, rule, readings_of, options.calendar, words, coarse, ledgers)
        yield [*told_of, *doubts(row, rule, intake.records, intake.quarantine, words, called)]
    lines = evidence(rows["subject_type"][0], subject, intake.records, gap)
    yield [(words.say("labels", "records"), line) for line in lines]


def _cutoff(run: Path) -> datetime:
    """The instant as of which the run was judged."""
    manifest = json.loads((run / MANIFEST).read_text("utf-8"))
    cutoff = datetime.fromisoformat(manifest["period"]["cutoff"])
    zone = ZoneInfo(manifest["configuration"]["time"]["zone"])
    return cutoff if cutoff.tzinfo is None else cutoff.astimezone(zone)


def _nearest(path: Path, subject: str) -> str:
    known = (
        scan_obligations(path)
        .select(pl.col("subject_id").unique())
        .collect()["subject_id"]
        .to_list()
    )
    close = difflib.get_close_matches(subject, known, n=3)
    return f"; did you mean {', '.join(close)}?" if close else ""
