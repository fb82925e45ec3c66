"""Adding up closings. Every obligation is decided in exactly one of them; pending ones are listed
in each, so only the last closing's count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain
from typing import Final

import polars as pl

from checks.closing.facts import ACT, Closing
from checks.concepts import OBLIGATIONS, SCHEMA_VERSION, Period
from checks.law.rulebook import Rulebooks
from checks.numbers.headline import PeriodOfReport
from checks.numbers.rates import TallyRow
from checks.numbers.year import ClosingUsed, Reception, Year, YearHeadline
from checks.records.records import Records
from checks.results.metrics.breakdowns import ranked
from checks.results.metrics.governing import COUNTED, by_governing, governed_acts
from checks.results.metrics.tally import CUBE, cube, tally_rows, tally_total
from checks.results.year.people import Record, added
from checks.results.year.proposals import Standing, is_reward, proposals
from checks.results.year.weighing import weighed

_ACTS: Final = {name: OBLIGATIONS[name] for name in ACT}


@dataclass(frozen=True)
class Month:
    """One closed month: `month` as 2026-10, its obligations (schema OBLIGATIONS), the departments
    that objected, `edition`, which edition of the closing this is, and what its records say of each
    `person` and `department` (checks.results.year.people). `contested`: the acts (ACT) of findings
    under objection: no penalty is proposed for them."""

    month: str
    obligations: pl.DataFrame
    objections: tuple[str, ...]
    edition: ClosingUsed
    records: Mapping[str, Mapping[str, Record]] = field(default_factory=dict)
    contested: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_ACTS))

    @property
    def uncontested(self) -> Month:
        """The month without what is contested."""
        kept = self.obligations.join(self.contested, on=ACT, how="anti", maintain_order="left")
        return replace(self, obligations=kept)


def year(months: Sequence[Month], rulebooks: Rulebooks, period: Period) -> Year:
    """The content of year.json."""
    standings, whole = _standings(months, rulebooks, period)
    undisputed, rest = _standings([m.uncontested for m in months], rulebooks, period)
    acts = [_governed(month, rulebooks, period, last=month is months[-1]) for month in months]
    foreseen = chain(
        (p for p in proposals(undisputed, rest, rulebooks.foreseen) if not is_reward(p)),
        (p for p in proposals(standings, whole, rulebooks.foreseen) if is_reward(p)),
    )
    made = weighed(foreseen, standings)
    last = (period.end - timedelta(days=1)).date()
    governed = by_governing(pl.concat([pl.DataFrame(schema=COUNTED), *acts]))
    closed = {month.month for month in months}
    return Year(
        schema_version=SCHEMA_VERSION,
        year=period.start.year,
        period=PeriodOfReport(
            from_=period.start.date().isoformat(),
            to=last.isoformat(),
            cutoff=period.cutoff.isoformat(),
        ),
        closings=tuple(month.edition for month in months),
        missing=tuple(name for name in _names(period) if name not in closed),
        headline=YearHeadline(**vars(whole.total), by_governing=governed),
        months=tuple(TallyRow(key=s.month or "", **vars(s.total)) for s in standings),
        by_department=tuple(whole.departments),
        by_person=tuple(whole.persons),
        reception=Reception(
            by_department=tuple(whole.reception_departments),
            by_person=tuple(whole.reception_persons),
        ),
        proposals=made.proposed,
        withheld=made.withheld,
        penalty_groups=made.groups,
    )


def _standings(
    months: Sequence[Month], rulebooks: Rulebooks, period: Period
) -> tuple[list[Standing], Standing]:
    """Of each month, and of the year."""
    last = months[-1].month if months else None
    counted = [_counted(month, rulebooks, period, last=month.month == last) for month in months]
    standings = [
        replace(
            _standing(frame, month.month, month.objections, rulebooks),
            records=month.records,
        )
        for frame, month in zip(counted, months, strict=True)
    ]
    objections = tuple(name for month in months for name in month.objections)
    whole = _standing(
        pl.concat(counted) if counted else _nothing(rulebooks, period),
        None,
        objections,
        rulebooks,
    )
    return standings, replace(whole, records=_added(months))


def month_standing(
    month: Month, rulebooks: Rulebooks, period: Period
) -> tuple[pl.DataFrame, Standing]:
    """The obligations of one closing counted by person and what the year counts by, and what they
    say of departments and persons."""
    frame = _counted(month, rulebooks, period, last=True)
    found = _standing(frame, month.month, month.objections, rulebooks)
    return frame, replace(found, records=month.records)


def _added(months: Sequence[Month]) -> dict[str, dict[str, Record]]:
    """What the records of all months say."""
    kinds = dict.fromkeys(who for month in months for who in month.records)
    return {who: added(month.records.get(who, {}) for month in months) for who in kinds}


def _names(period: Period) -> list[str]:
    return [f"{period.start.year}-{month:02}" for month in range(1, 13)]


def _counted(month: Month, rulebooks: Rulebooks, period: Period, last: bool) -> pl.DataFrame:
    """The obligations of a closing counted as metrics count them, and by person."""
    mine = month.obligations if last else month.obligations.filter(pl.col("verdict") != "pending")
    facts = Closing(mine.lazy(), rulebooks, Records({}), frozenset(), period).facts
    return cube(facts, (*CUBE, "responsible"))


def _governed(month: Month, rulebooks: Rulebooks, period: Period, last: bool) -> pl.DataFrame:
    """The acts of a closing by what governs them (COUNTED); what is pending is decided in a later
    one."""
    closing = Closing(month.obligations.lazy(), rulebooks, Records({}), frozenset(), period)
    acts = governed_acts(closing)
    return acts if last else acts.filter(pl.col("verdict") != "pending")


def _nothing(rulebooks: Rulebooks, period: Period) -> pl.DataFrame:
    none = ClosingUsed(month="", closing="", sha256="", restatement=0)
    month = Month("", pl.DataFrame(schema=OBLIGATIONS), (), none)
    return _counted(month, rulebooks, period, last=True)


def _standing(
    counted: pl.DataFrame, month: str | None, objections: tuple[str, ...], rulebooks: Rulebooks
) -> Standing:
    amounts = rulebooks.parameters
    which = (pl.col("governing"), _of(amounts.overtime_of), _of(amounts.reception_of))
    governing, tc, rc = (counted.filter(rows) for rows in which)
    return Standing(
        month=month,
        total=tally_total(governing),
        departments=ranked(tally_rows(governing, "department")),
        persons=ranked(tally_rows(governing, "responsible")),
        tc_departments=ranked(tally_rows(tc, "department")),
        tc_persons=ranked(tally_rows(tc, "responsible")),
        reception_departments=ranked(tally_rows(rc, "department")),
        reception_persons=ranked(tally_rows(rc, "responsible")),
        department_of=_departments(counted),
        objections=objections,
        penalised_below=amounts.penalised_below / 100,
        overtime_of=amounts.overtime_of,
        reception_of=amounts.reception_of,
        breaks_off=any(r.ends for r in rulebooks.regulations if r.code == amounts.overtime_of),
    )


def _of(regulation: str) -> pl.Expr:
    return pl.col("regulation") == regulation


def _departments(counted: pl.DataFrame) -> dict[str, str]:
    """The department in which a person has most obligations."""
    sums = counted.group_by("responsible", "department").agg(pl.col("n").sum())
    first = sums.sort("n", "department", descending=[True, False]).unique(
        "responsible", keep="first"
    )
    return dict(first.select("responsible", "department").iter_rows())
