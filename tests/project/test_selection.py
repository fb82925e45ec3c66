"""A part of the obligations, as an ad-hoc rerun asks for it."""

from __future__ import annotations

import polars as pl
import pytest

from flows.audit.selection import Selection
from flows.system.errors import UsageError

JUDGED = pl.LazyFrame(
    {"tier": ["core", "ordinary", None], "department": ["客户服务部", "技术支持部", None]}
)


def test_a_selection_keeps_what_was_asked_for() -> None:
    assert Selection().of(JUDGED).collect().height == 3
    assert Selection(tiers=("core",)).of(JUDGED).collect()["department"].to_list() == ["客户服务部"]
    assert Selection(departments=("技术支持部",)).of(JUDGED).collect()["tier"].to_list() == [
        "ordinary"
    ]


def test_a_department_without_an_obligation_is_refused_and_the_others_named() -> None:
    with pytest.raises(
        UsageError,
        match="销售部 has no obligation in the period; these have: 客户服务部, 技术支持部",
    ):
        Selection(departments=("销售部",)).of(JUDGED)


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(UsageError, match="vip is not a tier"):
        Selection(tiers=("vip",))
