"""总体情况: the rate over time and by everything that it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.report.view.desk import Desk, Metrics
from flows.report.view.model import Block, Cell, Heading, Paragraph, Point, Row, Table, Trend, line
from flows.report.view.tables import NUM, cell, columns, num, ranked_table, rate_cell, tally_table

_SHOWN_PEOPLE = 30


def overview(desk: Desk) -> Iterator[Block]:
    texts, metrics = desk.texts, desk.metrics
    yield Heading(texts("overview.rates"))
    yield _rates(desk)
    yield from _trend(desk)
    yield tally_table(desk, texts("overview.regulations"), "regulation", metrics["by_regulation"], _regulation(desk))
    yield Heading(texts("overview.groups"))
    yield tally_table(desk, texts("overview.tiers"), "tier", metrics["by_tier"], desk.tier)
    channel = lambda key: texts.name("channel", key if key != "unknown" else None)  # noqa: E731
    yield tally_table(desk, texts("overview.channels"), "channel", metrics["by_channel"], channel)
    yield ranked_table(
        desk,
        texts("overview.departments"),
        "department",
        metrics["by_department"],
        desk.department,
        texts("overview.ranking"),
    )
    yield from _people(desk)
    yield Heading(texts("overview.hours"))
    yield _heat(desk)
    yield Heading(texts("overview.delays"))
    yield from _delays(desk)


def _regulation(desk: Desk) -> Any:
    return lambda code: f"{code} {desk.word(desk.rulebooks.regulation(code).title)}"


def _rates(desk: Desk) -> Table:
    """The headline rate and the others that the regulations name, each with its bounds."""
    texts, headline = desk.texts, desk.metrics["headline"]
    named = [
        ("timeliness", headline["timeliness"]), ("overtime", headline["overtime"]),
        ("strict", headline["strict"]["timeliness"]), ("tickets", headline["tickets"]),
        ("without_renegotiation", headline["before_renegotiation"]["timeliness"]), ("record", headline["record"]),
    ]  # fmt: skip
    return Table(
        texts("overview.rates_table"),
        columns(desk, "figure", "meaning", f"of:{NUM}", f"rate:{NUM}", f"unknown:{NUM}", f"bounds:{NUM}"),
        tuple(_rate_row(desk, key, rate) for key, rate in named),
    )


def _rate_row(desk: Desk, key: str, rate: Metrics) -> Row:
    target = desk.options.target if key == "timeliness" else None
    return Row((
        cell(desk.texts(f"rate.{key}.name")), cell(desk.texts(f"rate.{key}.meaning"), "quiet"),
        cell(desk.say.fraction(rate), NUM), rate_cell(desk, rate, target), num(desk, rate["unknown"]),
        cell(bounds(desk, rate), f"{NUM} quiet"),
    ))  # fmt: skip


def bounds(desk: Desk, rate: Metrics) -> str:
    if rate["low"] is None:
        return "—"
    return f"{desk.say.percent(rate['low'])} – {desk.say.percent(rate['high'])}"


def _trend(desk: Desk) -> Iterator[Block]:
    """The last thirteen closings against the target: this month and the same month a year ago."""
    rows = desk.metrics["trend"][-13:]
    if len(rows) < 2:
        yield Paragraph(line(desk.texts("overview.no_trend")), "plain")
        return
    decided = [row for row in rows if row["timeliness"]["rate"] is not None]
    floor = min([desk.options.target, *(row["timeliness"]["rate"] for row in decided)]) - 0.02
    height = lambda rate: round((rate - floor) / (1 - floor) * 80, 1)  # noqa: E731
    points = tuple(
        Point(round(35 + i * 570 / max(len(rows) - 1, 1), 1), height(r["timeliness"]["rate"]), r["from"][2:7],
        desk.say.percent(r["timeliness"]["rate"]))
        for i, r in enumerate(rows)
        if r["timeliness"]["rate"] is not None
    )  # fmt: skip
    target = desk.texts("tile.target", target=desk.say.percent(desk.options.target))
    words = desk.texts("words.comma").join(f"{p.label} {p.value}" for p in points)
    yield Trend(desk.texts("overview.trend_alt", words=words), points, height(desk.options.target), target)
    yield Table(
        desk.texts("overview.trend"),
        columns(desk, "month", f"acts:{NUM}", f"violations:{NUM}", f"findings:{NUM}", f"unknown:{NUM}", f"rate:{NUM}"),
        tuple(_trend_row(desk, row) for row in rows),
    )


def _trend_row(desk: Desk, row: Metrics) -> Row:
    return Row((
        cell(desk.say.month(row["from"])), num(desk, row["acts"]), num(desk, row["violations"]), num(desk,
        row["findings"]),
        num(desk, row["timeliness"]["unknown"], "quiet"), rate_cell(desk, row["timeliness"], desk.options.target),
    ))  # fmt: skip


def _people(desk: Desk) -> Iterator[Block]:
    rows = desk.metrics["by_person"]
    if not rows:
        return
    note = desk.texts("overview.ranking")
    if len(rows) > _SHOWN_PEOPLE:
        note += desk.texts("words.capped_people", total=len(rows), shown=_SHOWN_PEOPLE)
    yield ranked_table(desk, desk.texts("overview.people"), "person", rows[:_SHOWN_PEOPLE], desk.person, note)


def _heat(desk: Desk) -> Table:
    """Violations by weekday and hour of the start, as a real table: read aloud with its numbers."""
    found = {(r["weekday"], r["hour"]): r for r in desk.metrics["heat"]}
    days = desk.texts.items("words.weekdays")
    rows = tuple(
        Row((cell(days[day - 1]), *(_heat_cell(found[day, hour]) for hour in range(24)))) for day in range(1, 8)
    )
    heads = (columns(desk, "weekday")[0], *(_hour(hour) for hour in range(24)))
    return Table(desk.texts("overview.heat"), heads, rows, desk.texts("overview.heat_note"), "heat")


def _hour(hour: int) -> Any:
    from flows.report.view.model import Column

    return Column(str(hour))


def _heat_cell(rate: Metrics) -> Cell:
    """Darker for a larger share of violations; the number is that of the violations."""
    if not rate["denominator"]:
        return cell("·", "heat-none")
    bad = rate["denominator"] - rate["numerator"]
    share = bad / rate["denominator"]
    step = next(i for i, limit in enumerate((0.0, 0.05, 0.1, 0.2, 0.4, 1.0)) if share <= limit)
    return cell(str(bad), f"heat-{step}")


def _delays(desk: Desk) -> Iterator[Block]:
    texts, rows = desk.texts, []
    for row in desk.metrics["delays"]:
        if not desk.in_focus(row["key"]) or not row["taken"]["n"]:
            continue
        rule, taken, over = desk.rulebooks.rule(row["key"]), row["taken"], row["overrun"]
        times = [taken["p50"], taken["p90"], taken["max"], over["p50"], over["max"]]
        rows.append(Row((
            cell(f"{desk.clause(rule)} {desk.word(rule.title)}"), num(desk, taken["n"]),
            *(cell(desk.say.duration(t), NUM, sort=t) for t in times),
        )))  # fmt: skip
    heads = columns(
        desk, "clause", f"done:{NUM}", "p50:num", "p90:num", "max:num", "overrun_p50:num", "overrun_max:num"
    )
    if rows:
        yield Table(texts("overview.delays_table"), heads, tuple(rows), texts("overview.percentiles"))
    near = desk.metrics["near_miss"]["share"]
    if near["rate"] is not None:
        n = texts.count("obligation", near["numerator"])
        yield Paragraph(line(texts("overview.near_miss", n=n, rate=desk.say.percent(near["rate"]))))
    yield from _backlog(desk)


def _backlog(desk: Desk) -> Iterator[Block]:
    backlog, texts = desk.metrics["backlog"], desk.texts
    if not backlog["pending"] + backlog["overdue"]:
        yield Paragraph(line(texts("overview.no_backlog")))
        return
    rows = tuple(
        Row((cell(texts(f"age.{r['key']}")), num(desk, r["pending"]), num(desk, r["overdue"])))
        for r in backlog["by_age"]
    )
    yield Table(texts("overview.backlog"), columns(desk, "age", f"pending:{NUM}", f"overdue:{NUM}"), rows)
