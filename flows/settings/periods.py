"""Periods as people write them: a month, or first and last day; the cutoff follows from them unless
it is given."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from checks.concepts import Period
from checks.local_time import instant_in
from checks.records.parsing.times.offsets import moves
from flows.system.errors import UsageError


def period(
    month: str | None,
    first: str | None,
    last: str | None,
    as_of: str | None = None,
    zone: str = "",
) -> Period:
    """The period of `--month 2026-10`, or of `--from` and `--to` (the last day, inclusive), of
    local days of the configured `zone`.

    The cutoff is `as_of`, by default the end of the period. Raises UsageError when the words name
    no period.
    """
    if month and (first or last):
        raise UsageError("give either --month, or --from and --to, not both")
    if month:
        start, end = _month(month)
    elif first and last:
        start, end = day("--from", first), day("--to", last) + timedelta(days=1)
    else:
        raise UsageError("give a period: --month 2026-10, or --from 2026-10-05 --to 2026-10-12")
    if end <= start:
        raise UsageError(f"--to {last} lies before --from {first}")
    begin, finish = (beginning_of(bound, zone) for bound in (start, end))
    cutoff = instant("--as-of", as_of, zone) if as_of else finish
    if cutoff < begin:
        raise UsageError(f"--as-of {as_of} lies before the period begins")
    return Period(begin, finish, cutoff)


def name_of(period: Period) -> str:
    """`2026-10` for a whole month, else `2026-10-05_2026-10-12`."""
    first, last = period.start.date(), (period.end - timedelta(days=1)).date()
    if (
        first.day == 1
        and period.end.day == 1
        and (first.year, first.month) == (last.year, last.month)
    ):
        return f"{first:%Y-%m}"
    return f"{first}_{last}"


def _month(text: str) -> tuple[date, date]:
    match = re.fullmatch(r"(\d{4})-(\d{1,2})", text)
    if match is None or not 1 <= int(match[2]) <= 12 or not 1 <= int(match[1]) <= 9998:
        raise UsageError(f"--month {text} is not a month; write it as 2026-10")
    year, month = int(match[1]), int(match[2])
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def day(option: str, text: str) -> date:
    """The day that an option gives. Raises UsageError naming the option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text} is not a day; write it as 2026-10-05") from None


def beginning_of(day: date, zone: str) -> datetime:
    """The instant at which a day of the configured zone begins."""
    return instant_in(datetime.combine(day, time.min), moving(zone))


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a day of the configured zone ends."""
    return beginning_of(day + timedelta(days=1), zone)


def now_in(zone: str) -> datetime:
    """Now, as an instant of the configured zone."""
    now = datetime.now(ZoneInfo(zone))
    return now if moving(zone) else now.replace(tzinfo=None)


def moving(zone: str) -> str | None:
    """The zone if it moves its clocks."""
    return zone if zone and moves(zone) else None


def instant(option: str, text: str, zone: str) -> datetime:
    """The local time that an option gives. Raises UsageError naming the option."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{option} {text} is not a time; write it as 2026-11-03T09:00:00, in local time"
        ) from None
    if named := moving(zone):
        return _moved(option, moment, named)
    if moment.tzinfo is not None:
        raise UsageError(
            f"{option} {text}: leave the offset away; the time is local, in the configured zone"
        )
    return moment


def _moved(option: str, moment: datetime, zone: str) -> datetime:
    """The same in a zone that moves its clocks, where an offset tells one of two hours."""
    if moment.tzinfo is not None:
        return moment.astimezone(ZoneInfo(zone))
    found = instant_in(moment, zone)
    if found.replace(tzinfo=None) != moment:
        raise UsageError(f"{option} {moment}: no such time, the clock of {zone} leaps over it")
    if found.utcoffset() != found.replace(fold=1).utcoffset():
        raise UsageError(
            f"{option} {moment}: there are two such times in {zone}; add the offset, as in "
            f"{found.isoformat()}"
        )
    return found
