"""The year's proposals: each regulation's own obligations, monthly consequences, and what the
other records say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl

from checks.closing.facts import ACT
from checks.closing.rates import rate
from checks.concepts import Period
from checks.conduct.findings import FINDINGS as SAID
from checks.law.belongings import Belongings
from checks.law.parameters import Code, Share
from checks.law.rulebook import Rulebooks, Text
from checks.numbers.analyses import Feedback, FeedbackRow
from checks.numbers.year import ClosingUsed, Proposal, Year
from checks.results.findings import findings
from checks.results.year import Month, year
from checks.results.year.people import Record, records_of
from tests.numbers.frames import closing, obligation, obligations, rulebooks

YEAR = Period(datetime(2026, 1, 1), datetime(2027, 1, 1), datetime(2027, 1, 1))


def _many(rule: str, person: str, met: int, late: int, **cells: Any) -> list[dict[str, Any]]:
    verdicts = ["met"] * met + ["late"] * late
    return [
        obligation(rule, verdict, f"{person}-{rule}-{n}", responsible=person, **cells)
        for n, verdict in enumerate(verdicts)
    ]


def _month(name: str, *rows: dict[str, Any], **persons: Record) -> Month:
    used = ClosingUsed(month=name, closing=f"{name}/closing", sha256="", restatement=0)
    return Month(name, obligations(*rows), (), used, {"person": persons})


def _year(*months: Month) -> Year:
    return year(months, rulebooks(), YEAR)


def _of(made: tuple[Proposal, ...], key: str, *kinds: str) -> list[Proposal]:
    return [p for p in made if p.key == key and (not kinds or p.kind in kinds)]


def _kinds(made: tuple[Proposal, ...], key: str) -> set[tuple[str, str | None]]:
    return {(p.kind, p.month) for p in made if p.key == key}


def test_overtime_is_counted_in_its_month_and_from_tc_alone() -> None:
    january = _month(
        "2026-01",
        *_many("TC-6.5-respond", "A1", 3, 1),
        *_many("RC-8.2-online", "A1", 3, 4),
        *_many("TC-6.5-respond", "A2", 3, 2),
    )
    february = _month("2026-02", *_many("TC-6.5-respond", "A1", 3, 1))
    made = _year(january, february).proposals
    overtime = [p for p in made if p.article == "TC 第十六条(二)1"]
    assert {(p.key, p.month, p.kind, p.evidence.violations) for p in overtime} == {
        ("A1", "2026-01", "person_first_overtime", 1),
        ("A2", "2026-01", "person_repeated_overtime", 2),
        ("A1", "2026-02", "person_first_overtime", 1),
    }
    again = _of(made, "A1", "person_first_overtime")
    assert ["seen_before" in p.against for p in again] == [False, True]
    reception = [p for p in made if p.article == "RC 第二十二条(二)1"]
    assert [(p.key, p.month, p.evidence.violations) for p in reception] == [("A1", "2026-01", 4)]


def test_a_reward_that_scores_or_words_contradict_is_withheld_and_said() -> None:
    rows = [row for n in range(1, 4) for row in _many("TC-6.5-respond", f"A{n}", 40, 0)]
    month = _month(
        "2026-01",
        *rows,
        A1=Record(answers=5, sum=25),
        A2=Record(answers=5, sum=21, low=1),
        A3=Record(messages=15, by_regulation={"RC": 15}),
    )
    stated = _year(month)
    assert ("person_faultless_month", "2026-01") in _kinds(stated.proposals, "A1")
    assert not _of(stated.proposals, "A2")
    withheld = {p.key: p.against for p in stated.withheld if p.month}
    assert "low_scores" in withheld["A2"] and "forbidden_phrases" in withheld["A3"]
    attitude = _of(stated.proposals, "A3", "reception_attitude_repeated_breach")
    assert [(p.article, p.month, p.evidence.messages) for p in attitude] == [
        ("RC 第二十二条(二)1", "2026-01", 15)
    ]


def test_every_rate_of_100_percent_comes_before_99_and_few_cases_are_marked() -> None:
    month = _month(
        "2026-01",
        *_many("RC-8.2-online", "A700", 693, 7),
        *_many("RC-8.2-online", "A60", 60, 0),
        *_many("RC-8.2-online", "A20", 20, 0),
        *_many("TC-6.5-respond", "A20", 20, 0),
    )
    stated = _year(month)
    best = [p for p in stated.proposals if p.kind == "reception_person_best_month"]
    assert [(p.key, p.evidence.rank) for p in best] == [("A60", 1), ("A20", 1), ("A700", 3)]
    assert ["few_cases" in p.against for p in best] == [False, True, False]
    assert _of(stated.proposals, "A20", "person_faultless_month")
    assert [row.key for row in stated.reception.by_person] == ["A60", "A20", "A700"]


def test_the_first_department_is_that_of_tc_obligations() -> None:
    month = _month(
        "2026-01",
        *_many("TC-6.5-respond", "A1", 6, 4, department="甲部"),
        *_many("RC-8.2-online", "A1", 90, 0, department="甲部"),
        *_many("TC-6.5-respond", "A2", 9, 1, department="乙部"),
    )
    made = _year(month).proposals
    assert _kinds(made, "甲部") >= {("department_below_month", "2026-01")}
    assert ("department_first_month", "2026-01") not in _kinds(made, "甲部")
    assert ("department_first_month", "2026-01") in _kinds(made, "乙部")


def test_twelve_months_never_reward_and_punish_without_saying_both() -> None:
    months = [
        _month(
            f"2026-{n:02}",
            *_many("TC-6.5-respond", "A1", 20, n % 3),
            *_many("RC-8.2-online", "A1", 40, 0),
            *_many("TC-6.5-respond", "A2", 30, 0),
            *_many("RC-8.2-online", "A2", 30, n % 2),
        )
        for n in range(1, 13)
    ]
    made = _year(*months).proposals
    both = 0
    for key in ("A1", "A2"):
        for month in {p.month for p in made if p.month}:
            mine = [p for p in made if p.key == key and p.month == month]
            rewards = [p for p in mine if "(一)" in p.article]
            penalties = [p for p in mine if "(二)" in p.article]
            if rewards and penalties:
                both += 1
                assert all("penalty_same_month" in p.against for p in rewards), (key, month)
                assert all("reward_same_month" in p.against for p in penalties), (key, month)
            else:
                assert not any("same_month" in code for p in mine for code in p.against)
    assert both
    of_year = [p for p in made if p.month is None and p.who == "person"]
    assert of_year and all("penalty_in_year" in p.against for p in of_year)
    assert not any("incomplete_year" in p.against for p in made)
    eleven = [p for p in _year(*months[1:]).proposals if p.month is None]
    assert eleven and all("incomplete_year" in p.against for p in eleven)


def test_penalties_are_grouped_and_the_gravest_come_first() -> None:
    rows = [row for n in range(1, 5) for row in _many("TC-6.5-respond", f"A{n}", 5, 1 + n)]
    month = _month(
        "2026-01",
        *rows,
        *_many("TC-6.5-respond", "A9", 90, 0),
        A1=Record(grave={"TC": 1}),
        A2=Record(displeased=1),
    )
    stated = _year(month)
    groups = [g for g in stated.penalty_groups if g.article == "TC 第十六条(二)1"]
    assert [(g.kind, g.persons, g.of, g.gravest) for g in groups] == [
        ("person_overtime_displeased", 1, 5, ("A2",)),
        ("person_repeated_overtime", 3, 5, ("A1", "A4", "A3")),
    ]
    penalties = [p for p in stated.proposals if p.who == "person" and "(二)" in p.article]
    assert all("widespread" in p.against for p in penalties)


def test_a_person_s_record_is_put_together_from_what_a_closing_holds() -> None:
    said = [
        {"article": article, "weight": weight, "message_id": message, "sender_id": "A1"}
        for article, weight, message in (
            ("RC 第七条(二)", "explicit", "M1"),
            ("RC 第七条(二)", "explicit", "M1"),
            ("CD 四(一)3", "explicit", "M2"),
            ("RC 第六条(二)2", "advice", "M3"),
        )
    ]
    row = FeedbackRow(key="A1", answers=2, mean=3.0, content=rate(1, 2), low=1, displeased=1)
    broken = findings(closing(obligations(obligation("TC-6.5-respond", "late"))))
    conduct = pl.DataFrame([{"conversation_id": "V1", **cells} for cells in said], schema=SAID)
    found = records_of(conduct, broken, Feedback(by_department=(), by_person=(row,)))
    number = broken["finding_id"].item()
    scores = {"answers": 2, "sum": 6, "low": 1, "displeased": 1}
    assert found == {
        "A1": Record(2, {"RC": 1, "CD": 1}, **scores, grave={"TC": 1}, numbers={"TC": (number,)})
    }


def test_a_penalty_names_the_findings_that_it_follows_from() -> None:
    rows = _many("TC-6.5-respond", "A1", 3, 2)
    found = findings(closing(obligations(*rows)))
    record = records_of(pl.DataFrame(schema=SAID), found, None)
    made = _year(_month("2026-10", *rows, **record)).proposals
    (penalty,) = [p for p in made if p.kind == "person_repeated_overtime"]
    assert penalty.numbers == tuple(found["finding_id"])
    assert not any(p.numbers for p in made if "(一)" in p.article or p.who == "department")


def test_no_penalty_follows_from_what_is_under_objection() -> None:
    rows = (*_many("TC-6.5-respond", "A1", 3, 1), *_many("TC-6.5-respond", "A2", 3, 2))
    month = _month("2026-01", *rows)
    acts = month.obligations.filter(responsible="A1", verdict="late").select(ACT)
    made = _year(replace(month, contested=acts)).proposals
    assert _of(_year(month).proposals, "A1", "person_first_overtime")
    assert not _of(made, "A1", "person_first_overtime")
    assert not _of(made, "A1", "person_faultless_month")
    assert _of(made, "A2", "person_repeated_overtime")
    assert _year(replace(month, contested=acts)).headline == _year(month).headline


def test_what_a_package_foresees_follows_from_its_own_obligations_under_its_own_article() -> None:
    shipped = rulebooks()
    said = Text(zh="甲", en="A")
    own = shipped.regulation("RC").model_copy(
        update={"belongings": Belongings(consequences={"department_below": "9"}), "ends": None}
    )
    stated = shipped.stated_parameters.model_copy(
        update={
            "overtime_of": Code(title=said, article="RC 9", value="RC"),
            "penalised_below": Share(title=said, article="RC 9", value="95%"),
        }
    )
    books = Rulebooks(regulations=(own,), topics=shipped.topics, stated_parameters=stated)
    month = _month("2026-01", *_many("RC-8.2-online", "A1", 94, 6, department="甲部"))
    (made, of_year) = year([month], books, YEAR).proposals
    assert (made.article, made.kind, made.key) == ("RC 9", "department_below_month", "甲部")
    assert (of_year.kind, "text_breaks_off" in of_year.against) == ("department_below_year", False)
