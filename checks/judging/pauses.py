"""Pauses: intervals in which the clock of an obligation stands.

A rule names the reasons that stop its clock. What a pause is worth is counted on the rule's own
clock, so that one outside business hours is worth nothing; overlapping pauses count once; before
the start, after the deadline and after fulfilment nothing stands any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from checks.concepts import INSTANT
from checks.judging.clocks import SECOND, Clocks
from checks.judging.end_events import recorded_end
from checks.law.hours import PauseReason
from checks.law.rulebook import Rule
from checks.records.as_of_cutoff import latest
from checks.records.records import Records
from checks.records.tables import PRECISION
from checks.subjects.kind import SubjectKind

PAUSES: Final = pl.Schema(
    {
        "record": pl.String(),
        "reason": pl.String(),
        "began": INSTANT,
        "ended": INSTANT,
        "began_precision": PRECISION,
        "ended_precision": PRECISION,
        "contradicts": pl.Boolean(),
        "lost": pl.Boolean(),
    }
)
"""One row per pause. `record`: the key of the subject's table; `ended` is null of a pause that
nobody has ended by the cutoff; `contradicts`: it ends before it begins, or its end is unreadable,
so that nobody can say how long it was; `lost`: its row is quarantined, of any reason."""

_ENDLESS: Final = 1 << 60
"""What a clock that goes on standing will show: later than any instant."""
_SINCE = pl.col("triggered_at")


def pauses_as_of(
    kind: SubjectKind,
    records: Records,
    reasons: Mapping[str, PauseReason],
    cutoff: datetime,
) -> pl.DataFrame:
    """The pauses of a kind of subject that had begun by the cutoff, schema PAUSES: from the table
    `pauses`, and from the events that begin and end one."""
    if not reasons:
        return PAUSES.to_frame()
    found = [_stated(kind, records["pauses"], reasons, cutoff)]
    found.append(_lost(kind, records.quarantined["pauses"]))
    if "ticket_events" in kind.tables:
        events = records["ticket_events"].filter(pl.col("at") <= cutoff)
        found += [
            _between_events(events, name, reason)
            for name, reason in reasons.items()
            if reason.begins
        ]
    return pl.concat(found, how="diagonal").collect()


def _stated(
    kind: SubjectKind, rows: pl.LazyFrame, reasons: Mapping[str, PauseReason], cutoff: datetime
) -> pl.LazyFrame:
    names = {
        _folded(word): name
        for name, reason in reasons.items()
        for word in (name, reason.zh, reason.en, *reason.words)
    }
    began, ended = pl.col("started_at"), pl.col("ended_at")
    last = latest(ended, pl.col("ended_at_precision"))
    mine = (pl.col("subject_type") == kind.paused_as) & (began <= cutoff)
    said = pl.col("reason").str.strip_chars().str.to_lowercase()
    return rows.filter(mine).select(
        record=kind.record_of(pl.col("subject_id")),
        reason=said.replace_strict(names, default=None, return_dtype=pl.String),
        began=began,
        # What contradicts itself keeps its end; one after the cutoff has not come yet.
        ended=pl.when(ended <= cutoff).then(ended),
        began_precision="started_at_precision",
        ended_precision="ended_at_precision",
        contradicts=pl.col("ended_at_unreadable") | (last < began).fill_null(False),
        lost=pl.lit(False),
    )


def _lost(kind: SubjectKind, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows that could not be accepted: of which subject, and that is all that is known of them."""
    mine = rows.filter(pl.col("subject_type").fill_null(kind.paused_as) == kind.paused_as)
    return mine.filter(pl.col("subject_id").is_not_null()).select(
        record=kind.record_of(pl.col("subject_id")), contradicts=pl.lit(False), lost=pl.lit(True)
    )


def _folded(word: str) -> str:
    return word.strip().lower()


def _between_events(events: pl.LazyFrame, name: str, reason: PauseReason) -> pl.LazyFrame:
    """From each event that begins a pause to the next one that ends it. Of two events at one
    instant the end comes first."""
    chosen = events.select("ticket_id", "event", "at", "at_precision")
    begins = chosen.filter(pl.col("event").is_in(list(reason.begins)))
    ends = chosen.filter(pl.col("event").is_in(list(reason.ends)))
    paired = begins.sort("at").join_asof(
        ends.select("ticket_id", ended="at", ended_precision="at_precision").sort("ended"),
        left_on="at",
        right_on="ended",
        by="ticket_id",
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,  # they are sorted; by ticket that can not be seen
    )
    return paired.select(
        record="ticket_id",
        reason=pl.lit(name),
        began="at",
        ended="ended",
        began_precision="at_precision",
        ended_precision=pl.col("ended_precision").fill_null(0),
        contradicts=pl.lit(False),
        lost=pl.lit(False),
    )


@dataclass(frozen=True)
class _Bounds:
    """How times that are not exact are taken: the shortest that the pauses and the deadline may be,
    as they were written, or the longest."""

    column: str
    began: pl.Expr
    ended: pl.Expr
    start: pl.Expr


_BEGAN, _ENDED = pl.col("began"), pl.col("ended")
_LAST_START = latest(_SINCE, pl.col("triggered_at_precision"))
_AS_WRITTEN: Final = _Bounds("due_at", _BEGAN, _ENDED, _SINCE)
_SHORTEST: Final = _Bounds("due_first", latest(_BEGAN, pl.col("began_precision")), _ENDED, _SINCE)
_LONGEST: Final = _Bounds(
    "due_last", _BEGAN, latest(_ENDED, pl.col("ended_precision")), _LAST_START
)


def with_pauses(
    rule: Rule, found: pl.LazyFrame, pauses: pl.DataFrame, clocks: Clocks
) -> pl.LazyFrame:
    """The obligations of a rule whose clock stands at times, `due_at` moved by their pauses.

    Adds due_first and due_last, between which the deadline lies where times are not exact;
    clock_stands: nobody has ended a pause before whose beginning the limit was not used up, so that
    there is no deadline yet (`due_at` is null); pause_doubtful: a pause that contradicts itself
    would, if it counted, move the deadline; pause_lost: the row of a pause is quarantined.
    """
    last = clocks.due(rule, _LAST_START, pl.col("limit"))
    plain = found.with_columns(due_first="due_at", due_last=last)
    mine = _of_rule(rule, pauses)
    if mine.is_empty():
        never = pl.lit(False)
        return plain.with_columns(clock_stands=never, pause_doubtful=never, pause_lost=never)
    end = recorded_end(rule)
    numbered = plain.with_columns(
        record=pl.col(rule.kind.key), end_latest=latest(end.at, end.precision)
    ).with_row_index("obligation")
    pairs = numbered.join(mine.lazy(), on="record").filter(_for_tier(rule) | pl.col("lost"))
    counted = pairs.filter(~pl.col("contradicts"), ~pl.col("lost"))
    moved = numbered
    for bounds in (_AS_WRITTEN, _SHORTEST, _LONGEST):
        moved = moved.join(
            _paused(rule, counted, bounds, clocks),
            on="obligation",
            how="left",
            maintain_order="left",
        )
    doubt = pairs.group_by("obligation").agg(
        doubtful_from=pl.min_horizontal("began", "ended").filter("contradicts").min(),
        pause_lost=pl.col("lost").any(),
    )
    moved = moved.join(doubt, on="obligation", how="left", maintain_order="left")
    return moved.with_columns(
        *(_moved(rule, bounds, clocks) for bounds in (_AS_WRITTEN, _SHORTEST, _LONGEST)),
        clock_stands=(pl.col("paused_due_at") >= _ENDLESS).fill_null(False),
        pause_lost=pl.col("pause_lost").fill_null(False),
    ).with_columns(pause_doubtful=(pl.col("doubtful_from") < pl.col("due_at")).fill_null(False))


def _of_rule(rule: Rule, pauses: pl.DataFrame) -> pl.DataFrame:
    reasons = [pause.reason for pause in rule.pauses]
    return pauses.filter(pl.col("reason").is_in(reasons) | (pl.col("lost") & pl.lit(bool(reasons))))


def _for_tier(rule: Rule) -> pl.Expr:
    """Whether the rule lets the tier's clock stand for that reason."""
    stands: pl.Expr = pl.lit(False)
    for pause in rule.pauses:
        same = pl.col("reason") == pause.reason
        stands = stands | (same & pl.col("tier").is_in(list(pause.tier)) if pause.tier else same)
    return stands.fill_null(False)


def _paused(rule: Rule, pairs: pl.LazyFrame, bounds: _Bounds, clocks: Clocks) -> pl.LazyFrame:
    """obligation, paused_<column>: how long (microseconds of the rule's clock) it stood before its
    limit was used up; _ENDLESS and more where it still stands.

    Pauses in order, each from where those before it have ended: it counts when the clock, less what
    it has stood so far, has not used up the limit by then.
    """
    begin = clocks.running(rule, bounds.start, bounds.start)
    till = pl.min_horizontal(bounds.ended, "end_latest")
    until = clocks.running(rule, bounds.start, till)
    ran = pairs.select(
        "obligation",
        deadline=_limit_used_up(rule, bounds, clocks),
        begins=pl.max_horizontal(begin, clocks.running(rule, bounds.start, bounds.began)),
        until=pl.when(till.is_null()).then(pl.lit(2 * _ENDLESS)).otherwise(until),
    ).filter(pl.col("until") > pl.col("begins"))
    ordered = ran.sort("obligation", "begins", "until")
    before = pl.col("until").cum_max().shift(1).over("obligation")
    disjoint = ordered.with_columns(begins=pl.max_horizontal("begins", before)).filter(
        pl.col("until") > pl.col("begins")
    )
    length = pl.col("until") - pl.col("begins")
    stood = length.cum_sum().over("obligation") - length
    counts = pl.col("begins") - stood < pl.col("deadline")
    return (
        disjoint.with_columns(counts=counts, length=length)
        .filter("counts")
        .group_by("obligation")
        .agg(pl.col("length").sum().alias(f"paused_{bounds.column}"))
    )


def _limit_used_up(rule: Rule, bounds: _Bounds, clocks: Clocks) -> pl.Expr:
    """What the rule's clock shows when the limit is used up, as if nothing stopped it."""
    if rule.clock_kind == "wall":
        return bounds.start.dt.epoch("us") + pl.col("limit") * SECOND
    plain = pl.col("due_last" if bounds is _LONGEST else "due_first")
    return clocks.running(rule, bounds.start, plain)


def _moved(rule: Rule, bounds: _Bounds, clocks: Clocks) -> pl.Expr:
    """The deadline after its pauses; null where the clock still stands."""
    plain = pl.col("due_last" if bounds is _LONGEST else "due_first")
    paused = pl.col(f"paused_{bounds.column}")
    shown = _limit_used_up(rule, bounds, clocks) + paused
    later = clocks.showing(rule, bounds.start, pl.when(paused < _ENDLESS).then(shown))
    return pl.when(paused.is_null()).then(plain).otherwise(later).alias(bounds.column)
