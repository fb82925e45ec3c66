"""Tiers that a regulation gives no limit, treated as another tier where a package says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from checks.law.rulebook import Rule
from checks.law.vocabulary import expect

Tier = Literal["core", "important", "ordinary", "intent", "potential"]


def one_step(treated: Mapping[str, str]) -> Mapping[str, str]:
    """Raise Misfit where a tier would be treated as one that is itself treated as another."""
    for tier, other in treated.items():
        expect(other not in treated, f"{other!r} is itself treated as another tier", tier)
    return treated


def treated(rule: Rule, as_tier: Mapping[str, str]) -> Rule:
    """The rule with the limits of other tiers for those that it gives none."""
    if not as_tier:
        return rule
    limits = tuple(
        limit.model_copy(
            update={
                tier: getattr(limit, other)
                for tier, other in as_tier.items()
                if getattr(limit, tier) is None and getattr(limit, other) is not None
            }
        )
        for limit in rule.limits
    )
    return rule.model_copy(update={"limits": limits})
