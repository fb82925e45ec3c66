"""Explaining a case of an earlier run: its obligations, and its records read again from the data
folder."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from pathlib import Path

import polars as pl

from checks.explanations import Called, Step, coarse_instants, doubts, evidence, parse, steps
from checks.law.rulebook import Text
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
    rulebooks, calendar = load_rules(settings).rulebooks, judging_options(settings).calendar
    # Kept: what it read waits in its files until the end
    intake = ingest(data_source_of_run(run, data), settings)
    gap = rulebooks.parameters.session_gap
    coarse, called = (
        coarse_instants(rows.to_dicts(), intake.records, gap),
        Called(partial(field_word, lang=lang), defect),
    )
    facts: dict[Text, None] = {}  # a reading that several rules share is told once
    for row in rows.to_dicts():
        rule = rulebooks.rule(row["rule_id"])
        readings_of = [reading for reading in rulebooks.readings_of(rule) if reading not in facts]
        facts |= dict.fromkeys(readings_of)
        told_of = steps(row, rule, readings_of, calendar, words, coarse)
        yield [*told_of, *doubts(row, rule, intake.records, intake.quarantine, words, called)]
    lines = evidence(rows["subject_type"][0], subject, intake.records, gap)
    yield [(words.say("labels", "records"), line) for line in lines]


def _nearest(path: Path, subject: str) -> str:
    known = (
        scan_obligations(path)
        .select(pl.col("subject_id").unique())
        .collect()["subject_id"]
        .to_list()
    )
    close = difflib.get_close_matches(subject, known, n=3)
    return f"; did you mean {', '.join(close)}?" if close else ""
