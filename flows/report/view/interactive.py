"""The cases inside report.html: what its table shows, and what the numbers of the report filter it
by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flows.report.chapters.cases import MARKS
from flows.report.chapters.why import rings, why
from flows.report.context.report_context import ReportContext
from flows.system.visible import visible

COLUMNS: Final = (
    "finding",
    "grade",
    "step",
    "clause",
    "subject",
    "tier",
    "department",
    "person",
    "started",
    "due",
    "done_at",
    "overrun",
    "source",
)
CHOICES: Final = ("grade", "tier", "department", "verdict")
"""Fields offered as lists to choose from."""
LABELS: Final = (
    "cases",
    "search",
    "all",
    "reset",
    "more",
    "count",
    "filtered",
    "noscript",
    "skip",
    "empty",
)


@dataclass(frozen=True)
class CaseBrowser:
    """`columns`: (key, heading); `rows`: per case the `shown` texts, the `sort` values and the
    codes in `is`.

    Plain JSON: the page renders it as text, never as markup. Names as codes are those of
    flows.system.visible.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[dict[str, Any], ...]
    names: dict[str, dict[str, str]]
    fields: dict[str, str]
    labels: dict[str, str]
    note: str


def case_browser(context: ReportContext) -> CaseBrowser:
    """The gravest `options.interactive_rows` cases; the note says where the others are."""
    texts, total = context.texts, context.findings.height
    timed = {rule.id: rule.clock_kind != "presence" for rule in context.rulebooks.rules}
    shown = context.findings.head(context.options.interactive_rows)
    rows = tuple(_case(context, row, timed) for row in shown.iter_rows(named=True))
    note = (
        texts("browser.capped", total=f"{total:,}", shown=f"{shown.height:,}")
        if shown.height < total
        else ""
    )
    return CaseBrowser(
        columns=tuple((name, texts(f"column.{name}")) for name in COLUMNS),
        rows=rows,
        names={name: _names(context, name, rows) for name in CHOICES},
        fields={name: texts(f"browser.field_{name}") for name in CHOICES},
        labels={name: texts(f"browser.{name}") for name in LABELS},
        note=note,
    )


def _names(context: ReportContext, field: str, rows: tuple[dict[str, Any], ...]) -> dict[str, str]:
    """Codes that occur -> the words to choose them by, in order of the codes."""
    words: dict[str, Callable[[str], str]] = {
        "grade": lambda code: context.texts.name("grade", code),
        "tier": context.tier,
        "department": context.department,
        "verdict": lambda code: context.texts.name("verdict_of", code),
    }
    return {code: words[field](code) for code in sorted({row["is"][field] for row in rows})}


def _case(context: ReportContext, row: dict[str, Any], timed: dict[str, bool]) -> dict[str, Any]:
    wording, texts, rules = context.wording, context.texts, row["rules"].split(";")
    marks = "".join(f" {texts(f'mark.{mark}')}" for mark in MARKS if row[mark])
    if row["finding_id"] in context.disputed:
        marks += f" {texts('mark.disputed').strip()}"
    over = row["overrun_seconds"]
    source = "—" if row["source_file"] is None else f"{row['source_file']}:{row['source_row']}"
    shown = (
        row["finding_id"],
        texts.name("grade", row["grade"]),
        context.word(context.rulebooks.rule(rules[0]).title) + marks,
        context.article(row["clauses"]),
        context.printable.text(row["subject_id"]),
        context.tier(row["tier"]),
        context.department(row["department"]),
        context.person(row["responsible"]),
        wording.instant(row["triggered_at"]),
        wording.instant(row["due_at"]),
        wording.instant(row["fulfilled_at"]),
        rings(context, row)
        or (texts.name("verdict_of", row["verdict"]) if over is None else wording.duration(over)),
        context.printable.text(source),
    )
    start = row["triggered_at"]
    return {
        "shown": shown,
        "sort": {"grade": GRAVITY[row["grade"]], "overrun": over or 0},
        "why": why(context, row),
        "is": {
            "rule": rules,
            "regulation": list(dict.fromkeys(rule.partition("-")[0] for rule in rules)),
            "grade": row["grade"],
            "tier": row["tier"] or "unknown",
            "department": visible(row["department"] or "unassigned"),
            "person": visible(row["responsible"] or "unassigned"),
            "verdict": row["verdict"],
            "governing": str(int(row["governing_rule"] in rules)),
            "timed": str(int(timed[rules[0]])),
            "weekday": str(start.isoweekday()),
            "hour": str(start.hour),
        },
    }


GRAVITY: Final = {"critical": 0, "major": 1, "minor": 2}
