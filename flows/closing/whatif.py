"""`kelou whatif`: the month of a run judged again under another rule, and what moves. Nothing is
published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from checks.closing import Closing
from checks.concepts import TIERS, Period
from checks.judging import judge_in_portions
from checks.judging.governing import Governing
from checks.law.rulebook import Rulebooks
from checks.law.supposing import with_limits
from checks.results.moves import Standing, moved, standing
from checks.subjects.registry import kinds
from flows.archive.obligations import scan_obligations
from flows.archive.program import PROGRAM
from flows.archive.run_folder import OBLIGATIONS
from flows.audit.gathering import compare_with
from flows.audit.selection import Selection
from flows.closing.manifest import period_of, settings_of
from flows.closing.records import manifest_of, records_of, source_of
from flows.ingest import Intake
from flows.ingest.sessions import with_sessions
from flows.law.judging_options import judging_options
from flows.law.rulebooks import LoadedRulebooks, rulebooks_of
from flows.settings import Settings
from flows.system.errors import UsageError


@dataclass(frozen=True)
class Change:
    """What is supposed: other rulebooks, another choice of what governs, other `limits` by rule and
    tier (None: no limit)."""

    rulebooks: Path | None = None
    governing: Governing | None = None
    limits: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class WhatIf:
    """`moves`: as of checks.results.moves.moved; `then` and `now`: what the month comes to;
    `judged_again`: why the run's own verdicts could not be taken as they stand, empty where they
    were."""

    moves: pl.DataFrame
    then: Standing
    now: Standing
    judged_again: str = ""


def limits_of(text: str) -> dict[str, str | None]:
    """`core=3min,ordinary=` as limits by tier; nothing behind the sign takes the limit away. Raises
    UsageError."""
    found: dict[str, str | None] = {}
    for part in text.replace("，", ",").split(","):
        tier, sign, cell = (word.strip() for word in part.partition("="))
        if not sign or tier not in (*TIERS, "all"):
            raise UsageError(
                f"--limits {part.strip() or text}: write TIER=LIMIT, as core=3min; tiers: "
                f"{', '.join(TIERS)}, or all"
            )
        found |= dict.fromkeys(TIERS if tier == "all" else (tier,), cell or None)
    return found


def what_if(run: Path, change: Change, data: Path | None = None) -> WhatIf:
    """What moves in the month of `run` under the change. `data`: where its records lie now.

    Raises UsageError (no run, no such rule or limit) and InputError (the records have changed).
    """
    if change == Change():
        raise UsageError("say what is supposed: --rule with --limits, --rulebooks or --governing")
    month = _Month(run, manifest_of(run), data)
    supposed = month.supposed(change)
    only = _kinds_of(month.rules, change)
    now = month.judged(supposed, change.governing, only)
    then, reason = month.as_judged()
    return WhatIf(
        moved(then, now),
        standing(month.closing(then, month.rules, month.governing), month.earlier),
        standing(month.closing(now, supposed, change.governing or month.governing), month.earlier),
        reason,
    )


def _kinds_of(rules: Rulebooks, change: Change) -> frozenset[str]:
    """The kinds of subject whose verdicts the change can move."""
    if change.rulebooks or change.governing:
        return frozenset(kind.name for kind in kinds())
    return frozenset(rules.rule(name).subject for name in change.limits)


@dataclass(frozen=True)
class _Month:
    """The month of a run, with what it was made from."""

    run: Path
    manifest: Mapping[str, Any]
    data: Path | None

    @cached_property
    def settings(self) -> Settings:
        return settings_of(self.manifest)

    @property
    def governing(self) -> Governing:
        return self.settings.judging.governing

    @cached_property
    def period(self) -> Period:
        return period_of(self.manifest)

    @cached_property
    def selection(self) -> Selection:
        asked = self.manifest["request"]
        return Selection(tuple(asked["tiers"]), tuple(asked["departments"]))

    @cached_property
    def loaded(self) -> LoadedRulebooks:
        return rulebooks_of(self.settings)

    @property
    def rules(self) -> Rulebooks:
        return self.loaded.rulebooks

    @cached_property
    def intake(self) -> Intake:
        return records_of(self.run, self.manifest, self.data)

    @cached_property
    def earlier(self) -> pl.DataFrame | None:
        """The findings of the closings that the run was compared with."""
        pins = tuple(pin["closing"] for pin in self.manifest["earlier_closings"])
        source = source_of(self.run, self.manifest, self.data)
        return compare_with(source, self.period, self.settings, self.selection, pins).findings

    def supposed(self, change: Change) -> Rulebooks:
        """The rulebooks under the change."""
        rules = self.rules
        if change.rulebooks:
            judging = self.settings.judging.model_copy(update={"rulebooks": change.rulebooks})
            rules = rulebooks_of(self.settings.model_copy(update={"judging": judging})).rulebooks
        for name, cells in change.limits.items():
            try:
                rules = with_limits(rules, name, cells)
            except KeyError:
                raise UsageError(
                    f"--rule {name}: there is no such rule; all of them: kelou rules list"
                ) from None
            except ValidationError as error:
                context = error.errors()[0].get("ctx", {})
                raise UsageError(f"--limits of {name}: {context.get('error', error)}") from None
        return rules

    def judged(
        self, rules: Rulebooks, governing: Governing | None, only: frozenset[str]
    ) -> pl.LazyFrame:
        """The obligations under these rules; those on kinds of subject that are not judged again as
        the run has them."""
        options = judging_options(self.settings)
        options = replace(options, governing=governing or options.governing)
        records = with_sessions(self.intake, rules.parameters.session_gap).records
        parts = judge_in_portions(records, rules, self.period, options, only=only)
        found = self.selection.of(pl.concat([part.lazy() for _, part in parts]))
        if only >= {kind.name for kind in kinds()}:
            return found
        others, _ = self.as_judged()
        return pl.concat([found, others.filter(~pl.col("subject_type").is_in(sorted(only)))])

    @cached_property
    def _changed_since(self) -> str:
        """What the run was judged with and is no more."""
        files = {(file.path, file.sha256) for file in self.loaded.files}
        if files != {(file["path"], file["sha256"]) for file in self.manifest["rulebooks"]}:
            return "rulebooks"
        return "" if self.manifest["program"] == PROGRAM else "program"

    @cached_property
    def _judged_by_these(self) -> pl.LazyFrame:
        if not self._changed_since:
            return scan_obligations(self.run / OBLIGATIONS)
        every = frozenset(kind.name for kind in kinds())
        return self.judged(self.rules, None, every).collect().lazy()

    def as_judged(self) -> tuple[pl.LazyFrame, str]:
        """The obligations of the run, judged again where other rules or another program judged
        them, and which of the two."""
        return self._judged_by_these, self._changed_since

    def closing(self, obligations: pl.LazyFrame, rules: Rulebooks, governing: Governing) -> Closing:
        """The obligations ready to be counted."""
        intake, calendar = self.intake, judging_options(self.settings).calendar
        return Closing(
            obligations,
            rules,
            intake.records,
            intake.provided,
            self.period,
            calendar,
            governing=governing,
        )
