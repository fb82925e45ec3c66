"""What page one concludes, in words: the verdict, what stands behind it, and how sure it is."""

from __future__ import annotations

from checks.closing.facts import UNASSIGNED
from checks.numbers.rates import DepartmentRow, Tally
from flows.report.chapters.failures import failures
from flows.report.chapters.gate import gap_count, gate_words
from flows.report.context.report_context import ReportContext

CONTROLLED = 0.9
"""Below this share of tickets without any breach, service in time is called not under control."""


def verdict(context: ReportContext) -> tuple[str, str]:
    """The conclusion in one line, and its colour: only a department below the line, or nothing that
    could be judged, is marked."""
    texts, rate = context.texts, context.tally.timeliness
    if rate.rate is None:
        key = "only_unknown" if rate.unknown else "no_case"
        return texts(f"verdict.{key}"), "open"
    broken = "broken" if context.tally.broken else "clean"
    if context.profile.focus:
        shown = context.wording.percent(rate.rate)
        title = context.title_of(context.profile.focus)
        return texts(f"verdict.focus_{broken}", title=title, rate=shown), ""
    return _of_departments(context, broken)


def _of_departments(context: ReportContext, broken: str) -> tuple[str, str]:
    """By the one line that the regulations set: TC's monthly rate of a department."""
    texts, found = context.texts, context.metrics.proposals
    line = context.wording.percent(found.threshold)
    if found.departments:
        names = texts("words.and").join(context.department(row.key) for row in found.departments)
        key = "below" if all(row.certain for row in found.departments) else "below_unsure"
        return texts(f"verdict.{key}", names=names, line=line), "bad"
    owners = judged_departments(context)
    if not owners:
        return texts(f"verdict.nobody_{broken}"), ""
    lows = [row.tc_timeliness.low for row in owners if row.tc_timeliness]
    if any(low is not None and low < found.threshold for low in lows):
        return texts("verdict.above_unsure", line=line), "open"
    if broken == "broken" and _out_of_control(context):
        broken = "uncontrolled"
    return texts(f"verdict.above_{broken}", line=line), ""


def judged_departments(context: ReportContext) -> list[DepartmentRow]:
    """Departments with a TC rate of their own, the lowest first."""
    rows = [
        (row.tc_timeliness.rate, row.key, row)
        for row in context.metrics.by_department
        if row.key != UNASSIGNED and row.tc_timeliness and row.tc_timeliness.rate is not None
    ]
    return [row for *_, row in sorted(rows, key=lambda found: found[:2])]


def _out_of_control(context: ReportContext) -> bool:
    tickets = context.metrics.headline.tickets.rate
    return bool(
        critical_count(context)
        or failures(context)
        or (tickets is not None and tickets < CONTROLLED)
    )


def critical_count(context: ReportContext) -> int:
    found = context.metrics.findings.by_grade
    return next((row.n for row in found if row.key == "critical"), 0)


def sentence(context: ReportContext) -> str:
    """The facts behind the verdict, each with what it is a part of."""
    texts, tally = context.texts, context.tally
    if tally.timeliness.rate is None:
        unknown = texts.count("obligation", tally.timeliness.unknown)
        key = "only_unknown" if tally.timeliness.unknown else "no_case"
        return texts(f"conclusion.{key}", unknown=unknown)
    parts = [_focus_rate(context) if context.profile.focus else _lowest(context)]
    parts.append(_violations(context, tally))
    if not context.profile.focus:
        parts += [_tickets(context), _alerts(context)]
    return texts("words.between").join(part for part in parts if part)


def _focus_rate(context: ReportContext) -> str:
    rate = context.tally.timeliness
    return context.texts(
        "conclusion.rate",
        decided=context.texts.count("obligation", rate.denominator),
        met=context.wording.number(rate.numerator),
        rate=context.wording.percent(rate.rate),
    )


def _lowest(context: ReportContext) -> str:
    """Which department is lowest by all clauses in force, where there are several."""
    rows = [row for row in context.metrics.by_department if row.key != UNASSIGNED]
    rated = [(row.timeliness.rate, row.key) for row in rows if row.timeliness.rate is not None]
    if len(rated) < 2:
        return ""
    rate, name = min(rated)
    return context.texts(
        "conclusion.lowest", name=context.department(name), rate=context.wording.percent(rate)
    )


def _violations(context: ReportContext, tally: Tally) -> str:
    texts, found = context.texts, context.metrics.findings
    if not tally.broken:
        return texts("conclusion.no_violation")
    if context.profile.focus:
        return texts("conclusion.own_violations", n=context.wording.number(tally.broken))
    grades = texts("words.and").join(
        texts(
            "conclusion.of_grade",
            grade=texts.name("grade", row.key).lower(),
            n=context.wording.number(row.n),
        )
        for row in found.by_grade
    )
    owners = context.several(
        found.critical_by_department,
        lambda row: f"{context.department(row.key)} {context.wording.number(row.n)}",
    )
    by = texts("conclusion.critical_by", owners=owners) if owners else ""
    n = texts.count("finding", found.total)
    return texts("conclusion.violations", n=n, grades=grades, by=by)


def _tickets(context: ReportContext) -> str:
    rate = context.metrics.headline.tickets
    bad = rate.denominator - rate.numerator
    if not bad:
        return ""
    return context.texts(
        "conclusion.tickets",
        n=context.wording.number(rate.denominator),
        bad=context.wording.number(bad),
        share=context.wording.percent(bad / rate.denominator),
    )


def _alerts(context: ReportContext) -> str:
    duty = context.metrics.evidence.overdue_alerts
    missed = duty.rate.denominator - duty.rate.numerator if duty else 0
    if duty is None or not missed:
        return ""
    return context.texts(
        "conclusion.alerts",
        due=context.wording.number(duty.rate.denominator),
        missed=context.wording.number(missed),
    )


def sure(context: ReportContext) -> str:
    """How far the answer can be trusted: what is undecided, recorded nowhere, put on nobody."""
    texts, tally, found = context.texts, context.tally, context.metrics.findings
    parts = [texts("sure.full")]
    if tally.unknown:
        rate = tally.timeliness
        key = "unknown" if tally.record.unknown else "unknown_timed"
        parts.append(
            texts(
                f"sure.{key}",
                n=texts.count("obligation" if context.profile.focus else "act", tally.unknown),
                timed=context.wording.number(rate.unknown),
                record=context.wording.number(tally.record.unknown),
                low=context.wording.percent(rate.low),
                high=context.wording.percent(rate.high),
            )
        )
    elif not gap_count(context) and not any(row.unknown for row in context.rules()):
        parts.append(texts("sure.all_decided"))
    if found.unassigned and not context.profile.focus:
        n, critical = (
            texts.count("finding", k) for k in (found.unassigned, found.unassigned_critical)
        )
        key = "unassigned_critical" if found.unassigned_critical else "unassigned"
        parts.append(texts(f"sure.{key}", n=n, critical=critical))
    parts.append(gate_words(context))
    return texts("words.between").join(parts)
