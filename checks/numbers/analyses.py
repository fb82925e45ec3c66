"""What the regulations ask to be analysed beside timeliness (RC 第十一条(二), 第二十条(二); CD
六(二); TC 第十五条)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from checks.numbers.base import Count, Keyed, Section
from checks.numbers.rates import Rate

Key = TypeVar("Key", int, str)


@dataclass(frozen=True, kw_only=True)
class PerDay(Section, Generic[Key]):
    """Requests of an hour (0 to 23), a weekday (1 to 7) or a day (2026-10-01): `n` in the period,
    and `per_day` the mean over the days of that kind."""

    key: Key
    n: int
    per_day: float


@dataclass(frozen=True, kw_only=True)
class DayVolume(Count):
    """Requests of a day (2026-10-01), in all and by channel."""

    channels: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Extremes(Section):
    """The hour, weekday and day with the most, or least, requests per day; null when nobody
    asked."""

    hour: PerDay[int] | None
    weekday: PerDay[int] | None
    day: PerDay[str] | None


@dataclass(frozen=True, kw_only=True)
class Volumes(Section):
    """When and where customers ask: counts by channel (most frequent first), hour, weekday and
    day."""

    total: int
    by_channel: tuple[Count, ...]
    by_hour: tuple[PerDay[int], ...]
    by_weekday: tuple[PerDay[int], ...]
    by_day: tuple[DayVolume, ...]
    peaks: Extremes
    troughs: Extremes


@dataclass(frozen=True, kw_only=True)
class _Categories(Section):
    by_category: tuple[Count, ...]


@dataclass(frozen=True, kw_only=True)
class InquiryVolumes(Volumes, _Categories):
    """Inquiry tickets by category, and as `Volumes`."""


@dataclass(frozen=True, kw_only=True)
class RecurringQuestion(Keyed):
    """A wording (`key`) that several customers used: how often, and how many customers."""

    category: str | None
    n: int
    customers: int


@dataclass(frozen=True, kw_only=True)
class Satisfaction(Section):
    """`mean` score (1 to 5; null without an answer), share of 4 and 5 among the answers
    (`content`), answers of the tickets completed (`answering`); `invalid`: no answer for being
    unreadable or not 1 to 5."""

    mean: float | None
    content: Rate
    answering: Rate
    invalid: int


@dataclass(frozen=True, kw_only=True)
class FeedbackRow(Keyed):
    """What customers answered about the tickets that a person received first, or of a department.

    `answers`, their `mean` (1 to 5; null without one), the share of 4 and 5 (`content`), how many
    are 1 or 2 (`low`); `displeased`: tickets with a low score on which the person or department ran
    over time.
    """

    answers: int
    mean: float | None
    content: Rate
    low: int
    displeased: int


@dataclass(frozen=True, kw_only=True)
class Feedback(Section):
    """客户时效满意度 (TC 第十五条), 客户满意度 (RC 第二十一条) of each person and department."""

    by_department: tuple[FeedbackRow, ...]
    by_person: tuple[FeedbackRow, ...]


@dataclass(frozen=True, kw_only=True)
class Turns(Section):
    """Every question in a chat and the wait for its reply: `asked`, of them `answered` (by more
    than a greeting) and `unanswered` by the cutoff; `courtesies`: turns of mere thanks, which ask
    nothing. Waits in whole seconds, null without an answer; `longest`: the turn (conversation#qN)
    that waited longest."""

    asked: int
    answered: int
    unanswered: int
    courtesies: int
    median_seconds: int | None
    p90_seconds: int | None
    longest_seconds: int | None
    longest: str | None


@dataclass(frozen=True, kw_only=True)
class Analyses(Section):
    """`inquiries`: tickets; `contacts`: inbound calls and chat sessions. `resolution`: 问题解决率;
    `archive_completeness`: 资料归档完整性. `feedback` and `turns` are null in closings that did not
    count them."""

    inquiries: InquiryVolumes
    contacts: Volumes
    recurring_questions: tuple[RecurringQuestion, ...]
    resolution: Rate
    satisfaction: Satisfaction
    archive_completeness: Rate
    feedback: Feedback | None = None
    turns: Turns | None = None
