"""This closing among the earlier ones."""

from __future__ import annotations

from collections.abc import Sequence

from checks.numbers.headline import Headline, PeriodOfReport, TrendRow
from checks.numbers.rates import DepartmentRow
from checks.numbers.whole import Metrics


def trend(history: Sequence[Metrics], current: TrendRow) -> tuple[TrendRow, ...]:
    """One row per closing, earlier ones first.

    `history`: the metrics of earlier closings as they were published; a closing is a fact and is
    not computed again.
    """
    earlier = sorted(history, key=lambda metrics: metrics.period.from_)
    facts = (trend_row(m.period, m.headline, m.findings.total, m.by_department) for m in earlier)
    return (*facts, current)


def trend_row(
    period: PeriodOfReport,
    headline: Headline,
    findings: int,
    departments: Sequence[DepartmentRow] = (),
) -> TrendRow:
    """The row of a closing."""
    return TrendRow(
        from_=period.from_,
        to=period.to,
        findings=findings,
        acts=headline.acts,
        violations=headline.violations,
        timeliness=headline.timeliness,
        record=headline.record,
        departments={row.key: row.tc_timeliness for row in departments if row.tc_timeliness},
    )
