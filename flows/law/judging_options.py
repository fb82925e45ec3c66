"""What the configuration fixes of that which the regulations leave open."""

from __future__ import annotations

from datetime import timedelta

from checks.judging import JudgingOptions
from checks.law.calendar import END_OF_DAY, Calendar
from checks.law.rulebook import Rulebooks
from flows.law.calendars import company_days, notices
from flows.law.rulebooks import rulebooks_of
from flows.settings import Settings


def judging_options(settings: Settings) -> JudgingOptions:
    """Ring cycle, closing hour and working days in force. Raises UsageError."""
    path = settings.judging.company_calendar
    calendar = Calendar(
        company_days(path) if path else {},
        settings.time.closing_hour or END_OF_DAY,
        notices(settings),
        rulebooks_of(settings).rulebooks.holidays,
    )
    cycle = timedelta(seconds=settings.judging.ring_cycle_seconds)
    return JudgingOptions(cycle, calendar=calendar, governing=settings.judging.governing)


def warned_from(settings: Settings, rulebooks: Rulebooks) -> float:
    """The share of a limit at which a warning is due: the law's, unless the company chose one."""
    return settings.thresholds.warning or rulebooks.parameters.warned_from / 100


def spot_check_share(settings: Settings, rulebooks: Rulebooks) -> float:
    """The share of a day's tickets that a spot check takes: the law's, or the company's choice."""
    return settings.thresholds.spot_check_share or rulebooks.parameters.spot_check_share / 100
