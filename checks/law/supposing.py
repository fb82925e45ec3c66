"""Rulebooks as they would be: one rule with other limits, to see what would follow from them."""

from __future__ import annotations

from collections.abc import Mapping

from checks.concepts import TIERS
from checks.law.rulebook import Limit, Rule, Rulebooks


def with_limits(rulebooks: Rulebooks, rule_id: str, cells: Mapping[str, str | None]) -> Rulebooks:
    """The rulebooks with these limits of the rule by tier, on whatever day its clock starts; None
    takes a tier's limit away.

    Raises KeyError: there is no such rule. Raises pydantic's ValidationError: a limit that the
    rule's clock does not take.
    """
    rule = rulebooks.rule(rule_id)
    limits = [
        Limit.model_validate(
            {"from": limit.since, **dict(zip(TIERS, limit.cells, strict=True)), **cells}
        )
        for limit in rule.limits
    ]
    changed = Rule.model_validate({**_stated(rule), "limits": limits})
    regulations = (
        regulation.model_copy(
            update={"rules": tuple(changed if r.id == rule_id else r for r in regulation.rules)}
        )
        for regulation in rulebooks.regulations
    )
    return Rulebooks.model_validate({**_stated(rulebooks), "regulations": tuple(regulations)})


def _stated(model: Rule | Rulebooks) -> dict[str, object]:
    """What the model was made from, without what it worked out and remembers."""
    return {name: getattr(model, name) for name in type(model).model_fields}
