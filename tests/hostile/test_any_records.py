"""No records make a check fail: cells that are empty, unreadable, coarse, of any text, in any
combination."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cache, partial
from importlib.resources import files
from random import Random
from typing import Any, Final

import polars as pl
import pytest

from checks.concepts import VERDICTS, VIOLATIONS, Period
from checks.explanations import doubts, evidence, parse, steps
from checks.explanations.doubts import Called, coarse_instants
from checks.law.rulebook import Rulebooks
from checks.numbers.plain import to_json
from checks.records.parsing.defects import DEFECTS
from checks.records.tables import TABLES, Column
from flows.audit.history import History
from flows.audit.judgement import judge_records, measure
from flows.audit.selection import Selection
from flows.ingest import Intake
from flows.ingest.staging import Staging
from flows.law.field_words import field_word
from flows.law.judging_options import judging_options
from flows.law.rulebooks import load_rulebooks
from flows.report.words.texts import load_texts
from flows.settings import Settings
from tests.fuzz.hostile import CELLS
from tests.hostile.month import MARKUP
from tests.long import LONG
from tests.oracle import DAY, MINUTE, Coarse, Rows, to_frames
from tests.oracle.cells import UNREADABLE

OCTOBER: Final = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
TEXTS: Final = (*(cell for cell in CELLS if cell.strip() and len(cell) < 1000), *MARKUP)
NAMES: Final = ("C1", "T1", "T2", "H1", "K1", "S1", "技术支持部", "13800000001", *TEXTS[:6])
"""Few, so that rows of several tables speak of the same."""


def cell(rng: Random, column: Column) -> Any:
    """What may stand in a canonical cell."""
    if not column.required and rng.random() < 0.35:
        return UNREADABLE if column.marked and rng.random() < 0.4 else None
    at = OCTOBER.start + timedelta(seconds=rng.randrange(-5 * 86_400, 40 * 86_400))
    choices: dict[str, tuple[Any, ...]] = {
        "instant": (
            at,
            at,
            Coarse(at.replace(second=0), MINUTE),
            Coarse(at.replace(second=0), DAY),
        ),
        "promise": (at,),
        "date": (at.date(), at.date(), date(9999, 12, 31)),
        "number": (0, 1, 3, 4, 2**62),
        "bool": (True, False),
        "text": NAMES if column.identifier or rng.random() < 0.5 else TEXTS,
        "code": column.values,
        "open_code": (*column.values, "other"),
    }
    return rng.choice(choices[column.kind])


def records(seed: int) -> Rows:
    rng = Random(seed)
    whole = {
        name: [{c.name: cell(rng, c) for c in table.columns} for _ in range(rng.choice((0, 1, 30)))]
        for name, table in TABLES.items()
    }
    carried = {
        name: frozenset(c.name for c in table.columns if c.required or rng.random() < 0.9)
        for name, table in TABLES.items()
    }
    return Rows(whole, carried, {name: rows[:2] for name, rows in whole.items()})


def intake(rows: Rows) -> Intake:
    tables = to_frames(rows)
    counts = {
        name: dict.fromkeys(("read", "duplicates", "superseded", "quarantined", "accepted"), 0)
        for name in rows
    }
    nothing = pl.DataFrame(schema=DEFECTS)
    return Intake(tables, frozenset(rows), counts, nothing, nothing, (), (), (), Staging())


@cache
def rulebooks() -> Rulebooks:
    return load_rulebooks().rulebooks


@pytest.mark.parametrize("seed", range(2 if LONG else 1))
def test_every_number_of_any_records_can_be_given(seed: int) -> None:
    found, settings = intake(records(seed)), Settings()
    obligations = judge_records(found, rulebooks(), OCTOBER, settings, Selection()).collect()
    assert set(obligations["verdict"]) <= set(VERDICTS)
    judged = measure(found, rulebooks(), OCTOBER, settings, obligations.lazy(), History())
    json.dumps(to_json(judged.metrics), allow_nan=False)
    breaches = obligations.filter(pl.col("verdict").is_in(VIOLATIONS), "governing")
    assert set(judged.findings["subject_id"]) <= set(breaches["subject_id"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_verdict_on_any_records_can_be_explained(lang: str) -> None:
    found = intake(records(7))
    words = parse((files("checks") / "explanations" / "wording.yaml").read_text("utf-8"), lang)
    rows = judge_records(found, rulebooks(), OCTOBER, Settings(), Selection()).collect().to_dicts()
    calendar = judging_options(Settings()).calendar
    called = Called(partial(field_word, lang=lang), load_texts(lang).defect)
    gap = rulebooks().parameters.session_gap
    assert len(rows) > 30
    for row in rows[::5]:
        rule = rulebooks().rule(row["rule_id"])
        coarse = coarse_instants([row], found.records, gap)
        assert steps(row, rule, (), calendar, words, coarse)
        doubts(row, rule, found.records, found.quarantine, words, called)
        evidence(row["subject_type"], row["subject_id"], found.records, gap)
