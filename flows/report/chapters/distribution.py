"""时效分布: how much of their limit the steps used, when late requests came, where violations
lie."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Any

from checks.numbers.cases import LimitUse
from flows.report.chapters.times import heat
from flows.report.context.blocks import Block, Paragraph, Picture, line
from flows.report.context.report_context import ReportContext

STEPS, TOPICS = 11, 9
HEIGHT = 17.0
"""Points that the highest bar of a row takes."""


def distribution(context: ReportContext) -> Iterator[Block]:
    uses = sorted(context.metrics.limit_use, key=lambda use: (-(use.late + use.open), use.key))
    shown = [use for use in uses if use.n][:STEPS]
    if shown:
        yield _limit_use(context, shown, len(uses))
    yield heat(context)
    if context.metrics.findings.total:
        yield _pareto(context)
    else:
        yield Paragraph(line(context.texts("problems.none")))


def _limit_use(context: ReportContext, uses: list[LimitUse], total: int) -> Picture:
    texts, wording = context.texts, context.wording
    rows = [
        {
            "name": topic_name(context, use.key),
            "bars": [_height(n, max(use.bars)) for n in use.bars],
            "n": wording.number(use.n),
            "near": wording.number(use.near),
            "late": wording.number(use.late + use.open),
        }
        for use in uses
    ]
    words = texts("words.semicolon").join(
        texts("picture.limit_use_row", **{k: row[k] for k in ("name", "n", "near", "late")})
        for row in rows
    )
    labels = {key: texts(f"picture.{key}") for key in ("near", "past", "cases", "late", "limit")}
    all_uses = context.metrics.limit_use
    caption = texts(
        "distribution.limit_use",
        late=wording.number(sum(use.late + use.open for use in all_uses)),
        twice=wording.number(sum(use.bars[-1] for use in all_uses)),
        open=wording.number(sum(use.open for use in all_uses)),
    )
    note = texts("distribution.limit_use_note")
    if total > len(uses):
        note += texts("distribution.more_steps", n=total - len(uses))
    data = {"rows": rows, "words": labels}
    return Picture("limit_use", caption, texts("picture.limit_use", words=words), data, note)


def _height(n: int, most: int) -> float:
    """The root of the count, so that single cases show beside hundreds."""
    return max(sqrt(n / most) * HEIGHT, 1.0) if n else 0.0


def topic_name(context: ReportContext, topic: str) -> str:
    known = context.rulebooks.topics.get(topic)
    return context.word(known) if known else topic


def _pareto(context: ReportContext) -> Picture:
    texts, wording, found = context.texts, context.wording, context.metrics.findings
    grave = {row.key: row.n for row in found.grave_by_topic}
    counted = [
        (topic_name(context, row.key), row.n, grave.get(row.key, 0)) for row in found.by_topic
    ]
    top, rest = counted[:TOPICS], counted[TOPICS:]
    if rest:
        name = texts("distribution.others", n=len(rest))
        top.append((name, sum(n for _, n, _ in rest), sum(n for *_, n in rest)))
    so_far = 0
    rows: list[dict[str, Any]] = []
    for name, n, of_them in top:
        so_far += n
        share = f"{so_far / found.total:.0%}"
        rows.append({"name": name, "n": n, "grave": of_them, "so_far": share})
    words = texts("words.comma").join(f"{row['name']} {row['n']}" for row in rows)
    labels = {key: texts(f"picture.{key}") for key in ("grave", "minor", "so_far")}
    half = _most(counted, found.total)
    caption = texts(
        "distribution.pareto",
        n=len(half),
        names=texts("words.and").join(half),
        total=wording.number(found.total),
    )
    data = {"rows": rows, "most": max(row["n"] for row in rows), "words": labels}
    return Picture("pareto", caption, texts("picture.pareto", words=words), data)


def _most(counted: list[tuple[str, int, int]], total: int) -> list[str]:
    """The fewest steps that hold half of all violations."""
    names, so_far = [], 0
    for name, n, _ in counted:
        names.append(name)
        so_far += n
        if 2 * so_far >= total:
            break
    return names
