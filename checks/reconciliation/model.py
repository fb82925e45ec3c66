"""What a reconciliation check is, and the data finding that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from checks.law.rulebook import Text
from checks.numbers.base import Title
from checks.numbers.records import Disagreement

MOST_EXAMPLES: Final = 10

TABLE_NAMES: Final = {
    "calls": Text(zh="通话记录", en="Calls"),
    "chats": Text(zh="在线消息", en="Chat messages"),
    "tickets": Text(zh="工单", en="Tickets"),
    "ticket_events": Text(zh="工单节点", en="Ticket events"),
    "customer_contacts": Text(zh="客户其他号码", en="Further numbers"),
    "alerts": Text(zh="预警记录", en="Alerts"),
    "spot_checks": Text(zh="抽查记录", en="Spot checks"),
}


@dataclass(frozen=True)
class RowCheck:
    """A check that a row passes or fails by itself, once its table is prepared.

    looks_at, fails: Boolean expressions, nulls count as false; fails is asked of the rows that are
    looked at.
    key: text expression that names a failing row. doubts: the rates in doubt, those of topics by
    the word that these are `doubted_by` (checks.law.topic).
    """

    name: str
    table: str
    title: Text
    looks_at: pl.Expr
    fails: pl.Expr
    key: pl.Expr
    doubts: tuple[str, ...]

    @property
    def counts(self) -> list[pl.Expr]:
        """Three aggregates: rows looked at, rows failing, the first keys of those."""
        failing = self.looks_at & self.fails
        return [
            self.looks_at.sum().alias(f"{self.name}:of"),
            failing.sum().alias(f"{self.name}:count"),
            self.key.filter(failing)
            .unique()
            .sort()
            .head(MOST_EXAMPLES)
            .implode()
            .alias(f"{self.name}:examples"),
        ]

    def finding(self, counted: pl.DataFrame) -> Disagreement:
        of, count, examples = (
            counted[f"{self.name}:{part}"][0] for part in ("of", "count", "examples")
        )
        return finding(self.name, self.title, int(count), int(of), list(examples), self.doubts)


def finding(
    name: str,
    title: Text,
    count: int,
    of: int,
    examples: list[str],
    doubts: tuple[str, ...],
    **detail: bool | int | float | None,
) -> Disagreement:
    return Disagreement(
        check=name,
        title=Title(zh=title.zh, en=title.en),
        count=count,
        of=of,
        examples=tuple(examples[:MOST_EXAMPLES]),
        doubts=doubts,
        detail=detail,
    )
