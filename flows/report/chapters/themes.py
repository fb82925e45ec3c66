"""分类问题: what was breached, by subjects that belong together, each with the clause that is
breached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from checks.law.rulebook import Rule
from checks.numbers.findings import RuleFindings
from checks.numbers.rates import RuleRow
from checks.numbers.times import Spread
from flows.report.chapters.conduct import breached_wording
from flows.report.chapters.scope import limits_by_tier
from flows.report.context.blocks import (
    Block,
    Heading,
    Paragraph,
    Quote,
    Row,
    Table,
    line,
)
from flows.report.context.quotations import quotation
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num
from flows.report.words.texts import TEMPLATES

ROWS, EXAMPLES, OWNERS = 6, 3, 2
ENOUGH_FOR_MEDIAN = 5


@dataclass(frozen=True)
class Theme:
    """`topics` that belong together, and the `quotes` that they are judged by."""

    code: str
    topics: tuple[str, ...]
    quotes: tuple[str, ...]


@cache
def all_themes() -> tuple[Theme, ...]:
    """In the order in which the report has them."""
    source = (files(TEMPLATES) / "themes.yaml").read_text("utf-8")
    content: Mapping[str, Any] = YAML(typ="safe").load(source)
    return tuple(
        Theme(code, tuple(own["topics"]), tuple(own["quotes"])) for code, own in content.items()
    )


def theme_of(topic: str) -> Theme:
    return next((theme for theme in all_themes() if topic in theme.topics), all_themes()[-1])


def themes(context: ReportContext) -> Iterator[Block]:
    """One heading, one quotation and one table each, the most violations first in every table."""
    breached: dict[str, list[RuleRow]] = {}
    for row in context.rules():
        if row.broken:
            breached.setdefault(theme_of(row.topic).code, []).append(row)
    if not breached:
        yield Paragraph(line(context.texts("problems.none")))
        return
    yield Paragraph(line(context.texts("themes.intro")), "lead")
    found = {row.key: row for row in context.metrics.findings.by_rule}
    for theme in all_themes():
        if theme.code in breached:
            yield from _theme(context, theme, breached[theme.code], found)
    yield from breached_wording(context)


def _theme(
    context: ReportContext, theme: Theme, rows: list[RuleRow], found: Mapping[str, RuleFindings]
) -> Iterator[Block]:
    texts = context.texts
    yield Heading(texts(f"theme.{theme.code}"), f"theme-{theme.code}")
    for article in theme.quotes:
        regulation = article.partition(" ")[0]
        words = quotation(article, texts.lang)
        if words and any(row.regulation == regulation for row in rows):
            cited = context.article(" ".join(article.split(" ")[:2]))
            yield Quote(words, texts("words.cite", cite=cited))
    delays = {row.key: row.overrun for row in context.metrics.delays}
    worst = sorted(rows, key=lambda row: -row.broken)
    heads = columns(
        context,
        "clause_step",
        "limit_by_tier",
        f"decided:{NUM}",
        f"violations:{NUM}",
        f"not_done_n:{NUM}",
        f"rate:{NUM}",
        f"overrun_median_max:{NUM}",
        "department",
    )
    made = tuple(
        _rule(
            context, context.rulebooks.rule(row.key), row, found.get(row.key), delays.get(row.key)
        )
        for row in worst[:ROWS]
    )
    note = _summary(context, rows)
    if len(rows) > ROWS:
        note += texts("themes.more", n=len(rows) - ROWS)
    caption = texts("themes.table", title=texts(f"theme.{theme.code}"))
    yield Table(caption, heads, made, note, "tight")


def _rule(
    context: ReportContext,
    rule: Rule,
    row: RuleRow,
    found: RuleFindings | None,
    over: Spread | None,
) -> Row:
    rate = row.record if row.missing or not row.timeliness.denominator else row.timeliness
    owners = context.texts("words.comma").join(
        f"{context.department(part.key)} {context.wording.number(part.n)}"
        for part in (found.by_department if found else ())[:OWNERS]
    )
    return Row(
        (
            cell(f"{context.clause(rule)} {context.word(rule.title)}"),
            cell(limits_by_tier(context, rule)),
            num(context, rate.denominator),
            num(context, row.broken, "low"),
            num(context, row.overdue + row.missing),
            cell(context.wording.percent(rate.rate), NUM),
            cell(_overrun(context, over), NUM),
            cell(owners or "—"),
        )
    )


def _overrun(context: ReportContext, over: Spread | None) -> str:
    if over is None or not over.n:
        return "—"
    longest = context.wording.duration(over.max)
    if over.n < ENOUGH_FOR_MEDIAN:
        return longest
    return f"{context.wording.duration(over.p50)} / {longest}"


def _summary(context: ReportContext, rows: list[RuleRow]) -> str:
    """How many findings there are of the theme, how grave, and the gravest of them."""
    texts = context.texts
    mine = sorted({row.topic for row in rows})
    own = context.findings.filter(pl.col("topic").is_in(mine))
    if context.profile.focus:
        own = own.filter(pl.col("rules").str.contains(rf"\b{context.profile.focus}-"))
    number = context.wording.number
    parts = [f"{texts.name('grade', g)} {number(n)}" for g, n in _by_grade(own)]
    words = texts(
        "themes.summary",
        n=texts.count("finding", own.height),
        grades=texts("words.comma").join(parts),
    )
    examples = own.head(EXAMPLES).select("subject_id", "finding_id").iter_rows()
    subjects = dict.fromkeys(subject for subject, _ in examples)
    listed = texts("words.and").join(map(context.printable.text, subjects))
    causes = own["cause"].drop_nulls().value_counts(sort=True).head(EXAMPLES).iter_rows()
    recorded = texts("words.comma").join(
        f"{texts.name('cause', c)} {number(n)}"
        for c, n in sorted(causes, key=lambda p: (-p[1], p[0]))
    )
    words += texts("themes.gravest", subjects=listed)
    words += texts("themes.causes", causes=recorded) if recorded else texts("themes.no_cause")
    return words


def _by_grade(findings: pl.DataFrame) -> list[tuple[str, int]]:
    counted = [(g, int((findings["grade"] == g).sum())) for g in ("critical", "major", "minor")]
    return [(grade, n) for grade, n in counted if n]
