"""Numbers, dates and durations in the reader's form: `2 小时 5 分`, `3 个工作日`, `96.75%`,
`2026年10月1日`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from checks.law.rulebook import parse_duration
from checks.local_time import twice
from checks.numbers.rates import Share
from flows.report.words.texts import Texts

DASH = "—"


@dataclass(frozen=True)
class Wording:
    """Formats values for one language; None is a dash, never a zero. `time_zone`: that of the local
    times."""

    texts: Texts
    time_zone: str = "Asia/Shanghai"

    def number(self, value: int | None) -> str:
        return DASH if value is None else f"{value:,}"

    def percent(self, rate: float | None) -> str:
        """Two decimals. Only 1 reads as 100 % and only 0 as 0 %: 0.99996 stays 99.99 %."""
        if rate is None:
            return self.texts("words.no_case")
        shown = (Decimal(str(rate)) * 100).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        if rate < 1:
            shown = min(shown, Decimal("99.99"))
        if rate > 0:
            shown = max(shown, Decimal("0.01"))
        whole = shown == shown.to_integral_value()
        return f"{shown.to_integral_value() if whole else shown}%"

    def between(self, low: float, high: float) -> str:
        return f"{self.percent(low)} – {self.percent(high)}"

    def points(self, change: float) -> str:
        """A difference of two rates, in percentage points, with its sign."""
        return self.texts("words.points", n=f"{change * 100:+.2f}")

    def fraction(self, of: Share) -> str:
        return f"{of.numerator:,} / {of.denominator:,}"

    def duration(self, seconds: float | None) -> str:
        """The two largest units: `2 小时 5 分`, `45 秒`; seconds are cut, so that nothing looks
        longer than it was."""
        if seconds is None:
            return DASH
        whole = int(abs(seconds))
        units = [("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)]
        parts = []
        for name, size in units:
            n, whole = divmod(whole, size)
            parts.append((name, n))
        first = next((i for i, (_, n) in enumerate(parts) if n), len(parts) - 1)
        shown = [p for p in parts[first : first + 2] if p[1]] or [parts[-1]]
        return ("-" if seconds < 0 else "") + " ".join(
            self.texts.count(f"unit.{name}", n) for name, n in shown
        )

    def limit(self, cell: str | None) -> str:
        """A limit as the rulebook writes it: `15min`, `1wd`, `3` (rings), `x`; in the units of the
        regulations, so that 24 hours stay 24 hours."""
        if cell is None:
            return DASH
        if cell == "x":
            return self.texts("words.applies")
        unit, n = parse_duration(cell)
        if unit not in ("seconds", "business"):
            return self.texts.count(f"unit.{unit}", n)
        business = "business_" if unit == "business" else ""
        for name, size in (("hour", 3600), ("minute", 60)):
            if n % size == 0:
                return self.texts.count(f"unit.{business}{name}", n // size)
        return self.duration(n)

    def day(self, value: date | datetime | str | None) -> str:
        if value is None:
            return DASH
        d = _parsed(value)
        return self.texts(
            "words.date", year=d.year, month=d.month, month_name=self._month(d), day=d.day
        )

    def short_day(self, value: date) -> str:
        """A day of which the year is plain: 11月6日."""
        return self.texts(
            "words.short_date", month=value.month, month_name=self._month(value), day=value.day
        )

    def month(self, value: str) -> str:
        d = _parsed(f"{value[:7]}-01")
        return self.texts("words.month", year=d.year, month=d.month, month_name=self._month(d))

    def instant(self, value: datetime | str | None) -> str:
        """The form of evidence, the same in both languages: 2026-10-14 09:05:30; of an hour that
        exists twice with its offset."""
        if value is None:
            return DASH
        at = _parsed(value)
        if at.tzinfo is not None and not twice(at.astimezone(ZoneInfo(self.time_zone))):
            at = at.replace(tzinfo=None)
        return at.isoformat(" ", "seconds")

    def brief(self, value: datetime | None, year: int) -> str:
        """The form of long tables: 10-14 09:05:30 within the year of the report, else as
        `instant`."""
        if value is None or value.year != year:
            return self.instant(value)
        return value.strftime("%m-%d %H:%M:%S")

    def span(self, first: str, last: str) -> str:
        """From the first to the last day; within one month the month is said once."""
        start, end = _parsed(first), _parsed(last)
        if (start.year, start.month) == (end.year, end.month) and start.day < end.day:
            return self.texts(
                "words.span_in_month",
                year=end.year,
                month=end.month,
                month_name=self._month(end),
                first=start.day,
                last=end.day,
            )
        return self.texts("words.span", start=self.day(first), end=self.day(last))

    def cutoff(self, value: str) -> str:
        """Midnight belongs to the day that ended: 2026年10月31日24时."""
        at = _parsed(value)
        if at.hour or at.minute or at.second:
            return self.texts("words.at", day=self.day(at), time=at.strftime("%H:%M:%S"))
        return self.texts("words.midnight", day=self.day(at - timedelta(days=1)))

    def _month(self, d: date) -> str:
        return self.texts.items("words.months")[d.month - 1]


def _parsed(value: date | datetime | str) -> datetime:
    if isinstance(value, datetime):
        return value
    return (
        datetime.fromisoformat(value)
        if isinstance(value, str)
        else datetime(value.year, value.month, value.day)
    )
