"""References between tables: numbers that the table they refer to does not list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from checks.law.rulebook import Text
from checks.numbers.records import Disagreement
from checks.reconciliation.model import MOST_EXAMPLES, TABLE_NAMES, finding

KEYS: Final = {"customers": "customer_id", "staff": "staff_id", "tickets": "ticket_id"}
_TARGETS: Final = {
    "customers": (Text(zh="客户", en="customers"), ("by_tier",)),
    "staff": (Text(zh="人员", en="staff"), ("by_person", "by_department")),
    "tickets": (Text(zh="工单", en="tickets"), ("resolution", "unlinked")),
}


@dataclass(frozen=True)
class Reference:
    """A column of a table that must be listed by another table; `key` names the row in examples."""

    table: str
    column: str
    target: str
    key: str

    @property
    def filled(self) -> pl.Expr:
        """The rows that refer to something; of messages only an agent's name a member of staff."""
        value = pl.col(self.column).is_not_null()
        return value & (pl.col("sender") == "agent") if self.column == "sender_id" else value

    def plans(self, records: Mapping[str, pl.LazyFrame]) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """Two queries of one row: `of`; `count` and `examples`."""
        rows = records[self.table].filter(self.filled)
        listed = records[self.target].select(pl.col(KEYS[self.target]).alias(self.column))
        shown = (
            pl.col(self.key)
            if self.key == self.column
            else pl.col(self.key) + " → " + pl.col(self.column)
        )
        unlisted = rows.select(self.column, shown=shown).join(listed, on=self.column, how="anti")
        examples = pl.col("shown").unique().sort().head(MOST_EXAMPLES).implode()
        return rows.select(of=pl.len()), unlisted.select(count=pl.len(), examples=examples)

    def finding(self, looked_at: pl.DataFrame, unlisted: pl.DataFrame) -> Disagreement:
        """The finding from what the plans collected."""
        name, doubts = _TARGETS[self.target]
        table = TABLE_NAMES[self.table]
        own = self.column.removesuffix("_id") == self.target.removesuffix("s")
        zh, en = ("", "") if own else (f"（{self.column}）", f" ({self.column})")
        title = Text(
            zh=f"{table.zh}引用了{name.zh}表中没有的编号{zh}",
            en=f"{table.en} refer to {name.en} that the {name.en} table lacks{en}",
        )
        check = f"unknown-{self.target}-in-{self.table}-{self.column.removesuffix('_id')}"
        examples = unlisted["examples"][0].to_list()
        return finding(check, title, unlisted["count"][0], looked_at["of"][0], examples, doubts)


REFERENCES: Final = (
    Reference("calls", "customer_id", "customers", "call_id"),
    Reference("calls", "agent_id", "staff", "call_id"),
    Reference("calls", "ticket_id", "tickets", "call_id"),
    Reference("chats", "customer_id", "customers", "message_id"),
    Reference("chats", "sender_id", "staff", "message_id"),
    Reference("chats", "ticket_id", "tickets", "message_id"),
    Reference("tickets", "customer_id", "customers", "ticket_id"),
    Reference("tickets", "handler_id", "staff", "ticket_id"),
    Reference("ticket_events", "ticket_id", "tickets", "ticket_id"),
    Reference("ticket_events", "actor_id", "staff", "ticket_id"),
    Reference("customer_contacts", "customer_id", "customers", "customer_id"),
    Reference("alerts", "ticket_id", "tickets", "ticket_id"),
    Reference("spot_checks", "ticket_id", "tickets", "ticket_id"),
)


def to_check(records: Mapping[str, pl.LazyFrame]) -> list[Reference]:
    """The references whose target table holds anything: a table that was not provided lists
    nobody."""
    filled = {target for target in KEYS if not records[target].head(1).collect().is_empty()}
    return [reference for reference in REFERENCES if reference.target in filled]
