"""The ledger of a clock that stands at times: from when to when it ran, why it stood, and how much
of the limit was used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from checks.explanations.words import Words
from checks.law.business_time import BusinessTime, Stretch
from checks.law.hours import PauseReason
from checks.law.rulebook import Rule, Rulebooks, Text
from checks.local_time import apart, instant_in, zone_of

_MOST: Final = 40
"""Stretches that are told one by one."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Ledgers:
    """What ledgers are written from: the calendars, the reasons for pauses, the pauses of the
    subject (schema checks.judging.pauses.PAUSES) and the cutoff."""

    business: Mapping[str, BusinessTime]
    rulebooks: Rulebooks
    pauses: pl.DataFrame
    cutoff: datetime

    def of(self, row: Row, rule: Rule, limit: str, words: Words) -> list[tuple[str, str]]:
        """Label and text of each line; none of a clock that never stands.

        row: one obligation, columns OBLIGATIONS; limit: as the explanation words it.
        """
        if not rule.stands:
            return []
        start, end = row["triggered_at"], row["fulfilled_at"] or self.cutoff
        if row["due_at"] and not row["fulfilled_at"]:
            end = min(end, row["due_at"])
        pauses = list(self._pauses(row, rule, end))
        ran = list(_without(self._stretches(row, rule, start, end), pauses))
        lines = [(stretch.opens, _ran(stretch, words)) for stretch in ran]
        lines += [(pause.begins, self._stood(pause, words)) for pause in pauses]
        told = [("ledger", text) for _, text in sorted(lines, key=lambda line: line[0])]
        if len(told) > _MOST:
            left = words.say("phrases", "left_out", n=len(told) - _MOST)
            told = [*told[: _MOST // 2], ("ledger", left), *told[-(_MOST // 2) :]]
        used = sum((apart(*stretch) for stretch in ran), timedelta())
        total = words.say("phrases", "used", used=words.span(used), limit=limit)
        return [*self._calendar(row, rule, words), *told, ("used", total)]

    def _calendar(self, row: Row, rule: Rule, words: Words) -> Iterator[tuple[str, str]]:
        if rule.clock == "business":
            hours = self.rulebooks.calendars[calendar_of(rule, row)]
            week = "; ".join(f"{days} {shifts}" for days, shifts in hours.week.items())
            yield "calendar", f"{words.text(hours)} ({week})"

    def _stretches(self, row: Row, rule: Rule, start: datetime, end: datetime) -> list[Stretch]:
        if rule.clock != "business":
            return [Stretch(start, end)] if start < end else []
        zone = zone_of(start)
        by_the_wall = (at.replace(tzinfo=None) for at in (start, end))
        found = self.business[calendar_of(rule, row)].stretches(*by_the_wall)
        return [Stretch(*(instant_in(at, zone) for at in stretch)) for stretch in found]

    def _pauses(self, row: Row, rule: Rule, end: datetime) -> Iterator[Pause]:
        """The pauses that may stop the clock, in order, each as far as it lies between start and
        end; what does not count says why."""
        reasons = {p.reason for p in rule.pauses if not p.tier or row["tier"] in p.tier}
        mine = self.pauses.filter(pl.col("reason").is_in(sorted(reasons))).sort("began")
        for pause in mine.iter_rows(named=True):
            began, ended = pause["began"], pause["ended"]
            if row["fulfilled_at"] is not None and began >= row["fulfilled_at"]:
                continue
            if ended is not None and ended <= row["triggered_at"] and not pause["contradicts"]:
                continue
            why = ""
            if pause["contradicts"]:
                why = "pause_contradicts"
            elif row["due_at"] is not None and began >= row["due_at"]:
                why = "pause_after_deadline"
            elif ended is None:
                why = "pause_open"
            begins = max(began, row["triggered_at"])
            till = ended if ended is not None else end
            yield Pause(begins, max(till, begins), pause["reason"], why)

    def _stood(self, pause: Pause, words: Words) -> str:
        reason: PauseReason | Text = self.rulebooks.pause_reasons[pause.reason]
        text = words.say(
            "phrases",
            "stood",
            start=_at(pause.begins),
            end=_at(pause.ends),
            reason=words.text(reason),
        )
        return text + (words.say("phrases", pause.why) if pause.why else "")


@dataclass(frozen=True)
class Pause:
    """A pause between two instants; `why` it counts otherwise than it stands there, if it does."""

    begins: datetime
    ends: datetime
    reason: str
    why: str

    @property
    def counts(self) -> bool:
        return self.why in ("", "pause_open")


def calendar_of(rule: Rule, row: Row) -> str:
    """The calendar that counts for an obligation (triggered_at, department, tier)."""
    assert rule.calendar is not None
    found = rule.calendar
    for each in rule.calendar_for:
        begun = each.since is None or row["triggered_at"].date() >= each.since
        theirs = not each.department or row["department"] in each.department
        if begun and theirs and (not each.tier or row["tier"] in each.tier):
            found = each.calendar
    return found


def _without(stretches: list[Stretch], pauses: list[Pause]) -> Iterator[Stretch]:
    """The stretches less the pauses that count."""
    for stretch in stretches:
        at = stretch.opens
        for pause in (pause for pause in pauses if pause.counts):
            if pause.begins >= stretch.closes or pause.ends <= at:
                continue
            if pause.begins > at:
                yield Stretch(at, pause.begins)
            at = max(at, pause.ends)
        if at < stretch.closes:
            yield Stretch(at, stretch.closes)


def _ran(stretch: Stretch, words: Words) -> str:
    span = words.span(apart(*stretch))
    return words.say("phrases", "ran", start=_at(stretch.opens), end=_at(stretch.closes), span=span)


def _at(instant: datetime) -> str:
    return instant.isoformat(sep=" ", timespec="seconds")
