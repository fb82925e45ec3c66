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
from flows.report.context.report_context import ReportContext, ReportWords


def page_one(context: ReportContext) -> PageOne:
    verdict, css = _verdict(context)
    return PageOne(
        verdict=context.texts(f"verdict.{verdict}"),
        css=css,
        sentence=_sentence(context, verdict),
        tiles=(
            _rate_tile(context, css),
            _violations_tile(context),
            _overrun_tile(context),
            _unknown_tile(context),
        ),
        attention=_attention(context),
        decisions=_decisions(context),
        signatures=signatures(context),
        audit_note=context.texts(f"profile.{context.profile.code}.audit_note"),
        data_note=gate_note(context),
    )


def _verdict(context: ReportContext) -> tuple[str, str]:
    """The conclusion and its colour. What is undecided may turn it: then it says so."""
    rate, target = context.tally.timeliness, context.options.target
    if rate.rate is None or rate.low is None or rate.high is None:
        return ("only_unknown", "open") if rate.unknown else ("no_case", "open")
    if rate.rate >= target:
        return ("reached", "good") if rate.low >= target else ("reached_unsure", "open")
    return ("missed", "bad") if rate.high < target else ("missed_unsure", "bad")


def _sentence(context: ReportContext, verdict: str) -> str:
    wording, texts, rate = context.wording, context.texts, context.tally.timeliness
    if rate.rate is None:
        return texts(f"conclusion.{verdict}", unknown=texts.count("obligation", rate.unknown))
    side = (
        "above"
        if rate.rate > context.options.target
        else "at"
        if rate.rate == context.options.target
        else "below"
    )
    first = texts(
        "conclusion.rate",
        decided=texts.count("obligation", rate.denominator),
        met=wording.number(rate.numerator),
        rate=wording.percent(rate.rate),
        side=texts(f"conclusion.{side}", target=wording.percent(context.options.target)),
    )
    if not rate.unknown:
        return first + (texts("conclusion.all_decided") if _all_decided(context) else "")
    return first + texts(
        "conclusion.undecided",
        unknown=texts.count("obligation", rate.unknown),
        low=wording.percent(rate.low),
        high=wording.percent(rate.high),
    )


def _all_decided(context: ReportContext) -> bool:
    """Whether nothing that the document is about was left undecided: no clause of no act, and no
    gap of the records."""
    mine = [row for row in context.rules() if row.unknown]
    return not mine and not gap_count(context)


def _rate_tile(context: ReportContext, css: str) -> Tile:
    rate = context.tally.timeliness
    notes = [
        line(context.texts("tile.target", target=context.wording.percent(context.options.target))),
        line(context.texts("tile.of", n=context.wording.fraction(rate))),
        line(_against_last(context)),
    ]
    if not context.profile.focus:
        headline = context.metrics.headline
        other = [pair for pair in headline.by_governing.items() if pair[0] != headline.governing]
        notes += [line(by_governing(context, mode, row)) for mode, row in other]
    return Tile(
        context.texts("tile.rate"),
        context.wording.percent(rate.rate),
        tuple(notes),
        "bad" if css == "bad" else "",
    )


def by_governing(context: ReportWords, mode: str, row: Tally) -> str:
    """The rate under a choice of what governs an act."""
    rate = context.wording.percent(row.timeliness.rate)
    return context.texts(
        "tile.by_governing", governing=context.texts.name("governing", mode), rate=rate
    )


def _against_last(context: ReportContext) -> str:
    earlier = context.metrics.trend[:-1]
    rate = context.tally.timeliness.rate
    last = earlier[-1].timeliness.rate if earlier and not context.profile.focus else None
    if last is None or rate is None:
        return context.texts("tile.no_last")
    return context.texts(
        "tile.last", last=context.wording.percent(last), change=context.wording.points(rate - last)
    )


def _violations_tile(context: ReportContext) -> Tile:
    texts, tally = context.texts, context.tally
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
    if not context.profile.focus:
        notes.append(line(graded(context, context.metrics.findings.by_grade)))
        notes.append(line(_findings(context)))
    behind = f"regulation={context.profile.focus}" if context.profile.focus else "governing=1"
    return Tile(
        texts("tile.violations"), context.wording.number(tally.broken), tuple(notes), filter=behind
    )


def _findings(context: ReportContext) -> str:
    """How the findings compare with the violations: each of them is one, or there are more of other
    clauses only."""
    total, governing = context.metrics.findings.total, context.tally.broken
    if total == governing:
        return context.texts("tile.findings_equal")
    count = context.texts.count
    return context.texts(
        "tile.findings_more", n=count("finding", total - governing), total=count("finding", total)
    )


def graded(context: ReportContext, by_grade: Sequence[Count]) -> str:
    """`重大 2 · 较大 5 · 一般 30`."""
    return " · ".join(
        f"{context.texts.name('grade', row.key)} {context.wording.number(row.n)}"
        for row in by_grade
    )


def _overrun_tile(context: ReportContext) -> Tile:
    label, longest = context.texts("tile.overrun"), _longest(context)
    if longest is None:
        return Tile(label, context.texts("words.none"), ())
    seconds, rule_id, notes = longest
    rule = context.rulebooks.rule(rule_id)
    return Tile(
        label,
        context.wording.duration(seconds),
        ((Span(context.word(rule.title), f"#rule-{rule.id}"),), *notes),
    )


def _longest(context: ReportContext) -> tuple[int, str, tuple[Line, ...]] | None:
    """Seconds, rule and remarks of the longest overrun, in the whole or within the regulation in
    focus."""
    found = context.metrics.headline.longest_overrun
    if not context.profile.focus:
        if found is None:
            return None
        remarks = (
            line(context.printable.text(found.subject_id)),
            line(context.department(found.department)),
        )
        return found.seconds, found.rule_id, remarks
    own = [row for row in context.metrics.delays if context.in_focus(row.key) and row.overrun.n]
    worst = max(own, key=lambda row: row.overrun.max or 0, default=None)
    return (worst.overrun.max or 0, worst.key, ()) if worst else None


def _unknown_tile(context: ReportContext) -> Tile:
    tally, texts = context.tally, context.texts
    rate = tally.timeliness
    notes: list[Line] = [
        (
            Span(
                texts("tile.unknown_why"),
                "#undecided" if "scope" in context.profile.sections else "#annex-sources",
            ),
        )
    ]
    if rate.low is not None:
        notes.insert(
            0,
            line(
                texts(
                    "tile.bounds",
                    low=context.wording.percent(rate.low),
                    high=context.wording.percent(rate.high),
                )
            ),
        )
    notes.append(line(texts("tile.pending", n=texts.count("obligation", tally.pending))))
    return Tile(texts("tile.unknown"), context.wording.number(tally.unknown), tuple(notes))


def _attention(context: ReportContext) -> tuple[Line, ...]:
    """The findings that matter most, linked to their cards; of one regulation where the document is
    about one."""
    items = context.metrics.attention
    if context.profile.focus:
        items = attention(
            context.findings.filter(pl.col("rules").str.contains(rf"\b{context.profile.focus}-"))
        )
    rules = [
        next(rule for rule in item.rules.split(";") if context.in_focus(rule)) for item in items
    ]
    made = [_attention_line(context, item, rule) for item, rule in zip(items, rules, strict=True)]
    return tuple(made) or (line(context.texts("attention.none")),)


def _attention_line(context: ReportContext, item: AttentionCard, rule_id: str) -> Line:
    texts, rule = context.texts, context.rulebooks.rule(rule_id)
    over = item.overrun_seconds
    words = texts(
        "attention.line",
        grade=texts.name("grade", item.grade),
        subject=context.printable.text(item.subject_id),
        tier=context.tier(item.tier),
        department=context.department(item.department),
        how=texts.name("verdict_of", item.verdict)
        if over is None
        else texts("attention.over", time=context.wording.duration(over)),
        alike=texts("attention.alike", n=texts.count("finding", item.of_topic)),
    )
    return (
        Span(f"{context.clause(rule)} {context.word(rule.title)}", f"#rule-{rule.id}", strong=True),
        Span(words),
    )


def _decisions(context: ReportContext) -> tuple[str, ...]:
    """What is asked of the signatory: only what this month gives reason for."""
    texts, made = context.texts, [context.texts(f"profile.{context.profile.code}.decision")]
    if "demands" in context.profile.sections and any(row.broken for row in context.rules()):
        made.append(texts("decision.demands"))
    critical = next(
        (row.n for row in context.metrics.findings.by_grade if row.key == "critical"), 0
    )
    if critical and not context.profile.focus:
        made.append(texts("decision.critical", n=texts.count("finding", critical)))
    below = context.metrics.proposals.departments
    if below and not context.profile.focus:
        names = texts("words.and").join(context.department(row.key) for row in below)
        threshold = context.wording.percent(context.metrics.proposals.threshold)
        made.append(
            texts(
                "decision.departments",
                names=names,
                threshold=threshold,
                title=context.title_of(context.rulebooks.parameters.overtime_of),
            )
        )
    if gap_count(context):
        made.append(texts("decision.gaps", n=texts.count("rule", gap_count(context))))
    if context.tally.unknown:
        made.append(texts("decision.unknown", n=texts.count("obligation", context.tally.unknown)))
    return tuple(made)


def signatures(context: ReportWords) -> tuple[Signature, ...]:
    texts, who = context.texts, context.profile.signatories
    return tuple(
        Signature(
            role=texts("label.signatory", role=texts(f"role.{role}"), part=texts(f"part.{part}")),
            name=context.printable.text(context.options.names.get(role, "")),
            asks_opinion=(role, part) == who[-1],
        )
        for role, part in who
    )
