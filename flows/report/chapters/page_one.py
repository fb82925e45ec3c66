"""Page one: the answer, in one minute."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from checks.numbers.base import Count
from checks.numbers.findings import AttentionCard
from checks.numbers.rates import Tally
from checks.results.metrics.summary import attention
from flows.report.chapters.gate import gap_count, gate_note
from flows.report.context.blocks import Line, PageOne, Signature, Span, Tile, line
from flows.report.context.report_context import Desk, Means


def page_one(desk: Desk) -> PageOne:
    verdict, css = _verdict(desk)
    return PageOne(
        verdict=desk.texts(f"verdict.{verdict}"),
        css=css,
        sentence=_sentence(desk, verdict),
        tiles=(
            _rate_tile(desk, css),
            _violations_tile(desk),
            _overrun_tile(desk),
            _unknown_tile(desk),
        ),
        attention=_attention(desk),
        decisions=_decisions(desk),
        signatures=signatures(desk),
        audit_note=desk.texts(f"profile.{desk.profile.code}.audit_note"),
        data_note=gate_note(desk),
    )


def _verdict(desk: Desk) -> tuple[str, str]:
    """The conclusion and its colour. What is undecided may turn it: then it says so."""
    rate, target = desk.tally.timeliness, desk.options.target
    if rate.rate is None or rate.low is None or rate.high is None:
        return ("only_unknown", "open") if rate.unknown else ("no_case", "open")
    if rate.rate >= target:
        return ("reached", "good") if rate.low >= target else ("reached_unsure", "open")
    return ("missed", "bad") if rate.high < target else ("missed_unsure", "bad")


def _sentence(desk: Desk, verdict: str) -> str:
    say, texts, rate = desk.say, desk.texts, desk.tally.timeliness
    if rate.rate is None:
        return texts(f"conclusion.{verdict}", unknown=texts.count("obligation", rate.unknown))
    side = (
        "above"
        if rate.rate > desk.options.target
        else "at"
        if rate.rate == desk.options.target
        else "below"
    )
    first = texts(
        "conclusion.rate",
        decided=texts.count("obligation", rate.denominator),
        met=say.number(rate.numerator),
        rate=say.percent(rate.rate),
        side=texts(f"conclusion.{side}", target=say.percent(desk.options.target)),
    )
    if not rate.unknown:
        return first + (texts("conclusion.all_decided") if _all_decided(desk) else "")
    return first + texts(
        "conclusion.undecided",
        unknown=texts.count("obligation", rate.unknown),
        low=say.percent(rate.low),
        high=say.percent(rate.high),
    )


def _all_decided(desk: Desk) -> bool:
    """Whether nothing that the document is about was left undecided: no clause of no act, and no
    gap of the records."""
    mine = [row for row in desk.rules() if row.unknown]
    return not mine and not gap_count(desk)


def _rate_tile(desk: Desk, css: str) -> Tile:
    rate = desk.tally.timeliness
    notes = [
        line(desk.texts("tile.target", target=desk.say.percent(desk.options.target))),
        line(desk.texts("tile.of", n=desk.say.fraction(rate))),
        line(_against_last(desk)),
    ]
    if not desk.profile.focus:
        headline = desk.metrics.headline
        other = [pair for pair in headline.by_governing.items() if pair[0] != headline.governing]
        notes += [line(by_governing(desk, mode, row)) for mode, row in other]
    return Tile(
        desk.texts("tile.rate"),
        desk.say.percent(rate.rate),
        tuple(notes),
        "bad" if css == "bad" else "",
    )


def by_governing(desk: Means, mode: str, row: Tally) -> str:
    """The rate under a choice of what governs an act."""
    rate = desk.say.percent(row.timeliness.rate)
    return desk.texts("tile.by_governing", governing=desk.texts.name("governing", mode), rate=rate)


def _against_last(desk: Desk) -> str:
    earlier = desk.metrics.trend[:-1]
    rate = desk.tally.timeliness.rate
    last = earlier[-1].timeliness.rate if earlier and not desk.profile.focus else None
    if last is None or rate is None:
        return desk.texts("tile.no_last")
    return desk.texts("tile.last", last=desk.say.percent(last), change=desk.say.points(rate - last))


def _violations_tile(desk: Desk) -> Tile:
    texts, tally = desk.texts, desk.tally
    notes = [
        line(
            texts(
                "tile.verdicts",
                late=tally.late,
                overdue=tally.overdue,
                missing=tally.missing,
            )
        )
    ]
    if not desk.profile.focus:
        notes.append(line(graded(desk, desk.metrics.findings.by_grade)))
        notes.append(line(_findings(desk)))
    behind = f"regulation={desk.profile.focus}" if desk.profile.focus else "governing=1"
    return Tile(
        texts("tile.violations"), desk.say.number(tally.broken), tuple(notes), filter=behind
    )


def _findings(desk: Desk) -> str:
    """How the findings compare with the violations: each of them is one, or there are more of other
    clauses only."""
    total, governing = desk.metrics.findings.total, desk.tally.broken
    if total == governing:
        return desk.texts("tile.findings_equal")
    count = desk.texts.count
    return desk.texts(
        "tile.findings_more", n=count("finding", total - governing), total=count("finding", total)
    )


def graded(desk: Desk, by_grade: Sequence[Count]) -> str:
    """`重大 2 · 较大 5 · 一般 30`."""
    return " · ".join(
        f"{desk.texts.name('grade', row.key)} {desk.say.number(row.n)}" for row in by_grade
    )


def _overrun_tile(desk: Desk) -> Tile:
    label, longest = desk.texts("tile.overrun"), _longest(desk)
    if longest is None:
        return Tile(label, desk.texts("words.none"), ())
    seconds, rule_id, notes = longest
    rule = desk.rulebooks.rule(rule_id)
    return Tile(
        label,
        desk.say.duration(seconds),
        ((Span(desk.word(rule.title), f"#rule-{rule.id}"),), *notes),
    )


def _longest(desk: Desk) -> tuple[int, str, tuple[Line, ...]] | None:
    """Seconds, rule and remarks of the longest overrun, in the whole or within the regulation in
    focus."""
    found = desk.metrics.headline.longest_overrun
    if not desk.profile.focus:
        if found is None:
            return None
        remarks = (
            line(desk.press.ink(found.subject_id)),
            line(desk.department(found.department)),
        )
        return found.seconds, found.rule_id, remarks
    own = [row for row in desk.metrics.delays if desk.in_focus(row.key) and row.overrun.n]
    worst = max(own, key=lambda row: row.overrun.max or 0, default=None)
    return (worst.overrun.max or 0, worst.key, ()) if worst else None


def _unknown_tile(desk: Desk) -> Tile:
    tally, texts = desk.tally, desk.texts
    rate = tally.timeliness
    notes: list[Line] = [
        (
            Span(
                texts("tile.unknown_why"),
                "#undecided" if "scope" in desk.profile.sections else "#annex-sources",
            ),
        )
    ]
    if rate.low is not None:
        notes.insert(
            0,
            line(
                texts(
                    "tile.bounds",
                    low=desk.say.percent(rate.low),
                    high=desk.say.percent(rate.high),
                )
            ),
        )
    notes.append(line(texts("tile.pending", n=texts.count("obligation", tally.pending))))
    return Tile(texts("tile.unknown"), desk.say.number(tally.unknown), tuple(notes))


def _attention(desk: Desk) -> tuple[Line, ...]:
    """The findings that matter most, linked to their cards; of one regulation where the document is
    about one."""
    items = desk.metrics.attention
    if desk.profile.focus:
        items = attention(
            desk.findings.filter(pl.col("rules").str.contains(rf"\b{desk.profile.focus}-"))
        )
    rules = [next(rule for rule in item.rules.split(";") if desk.in_focus(rule)) for item in items]
    made = [_attention_line(desk, item, rule) for item, rule in zip(items, rules, strict=True)]
    return tuple(made) or (line(desk.texts("attention.none")),)


def _attention_line(desk: Desk, item: AttentionCard, rule_id: str) -> Line:
    texts, rule = desk.texts, desk.rulebooks.rule(rule_id)
    over = item.overrun_seconds
    words = texts(
        "attention.line",
        grade=texts.name("grade", item.grade),
        subject=desk.press.ink(item.subject_id),
        tier=desk.tier(item.tier),
        department=desk.department(item.department),
        how=texts.name("verdict_of", item.verdict)
        if over is None
        else texts("attention.over", time=desk.say.duration(over)),
        alike=texts("attention.alike", n=texts.count("finding", item.of_topic)),
    )
    return (
        Span(f"{desk.clause(rule)} {desk.word(rule.title)}", f"#rule-{rule.id}", strong=True),
        Span(words),
    )


def _decisions(desk: Desk) -> tuple[str, ...]:
    """What is asked of the signatory: only what this month gives reason for."""
    texts, made = desk.texts, [desk.texts(f"profile.{desk.profile.code}.decision")]
    if "demands" in desk.profile.sections and any(row.broken for row in desk.rules()):
        made.append(texts("decision.demands"))
    critical = next((row.n for row in desk.metrics.findings.by_grade if row.key == "critical"), 0)
    if critical and not desk.profile.focus:
        made.append(texts("decision.critical", n=texts.count("finding", critical)))
    below = desk.metrics.proposals.departments
    if below and not desk.profile.focus:
        names = texts("words.and").join(desk.department(row.key) for row in below)
        threshold = desk.say.percent(desk.metrics.proposals.threshold)
        made.append(
            texts(
                "decision.departments", names=names, threshold=threshold, title=desk.title_of("TC")
            )
        )
    if gap_count(desk):
        made.append(texts("decision.gaps", n=texts.count("rule", gap_count(desk))))
    if desk.tally.unknown:
        made.append(texts("decision.unknown", n=texts.count("obligation", desk.tally.unknown)))
    return tuple(made)


def signatures(desk: Means) -> tuple[Signature, ...]:
    texts, who = desk.texts, desk.profile.signatories
    return tuple(
        Signature(
            role=texts("label.signatory", role=texts(f"role.{role}"), part=texts(f"part.{part}")),
            name=desk.press.ink(desk.options.names.get(role, "")),
            asks_opinion=(role, part) == who[-1],
        )
        for role, part in who
    )
