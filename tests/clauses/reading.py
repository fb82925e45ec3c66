"""The clauses' cases as records. See README.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from checks.records.tables import TABLES

FOLDER: Final = Path(__file__).parent
SIDES: Final = ("violates", "keeps")
Tables = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Case:
    """What is said of a clause and a check that it names; `both` ... `keeps` as in the file."""

    clause: str
    check: str
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.clause} {self.check}"

    @property
    def table(self) -> str:
        return self.check.partition(".")[0]

    def tables(self, side: str) -> Tables:
        """The records of one side, instants and days as such; `judged` as rows of cells."""
        both, own = self.said.get("both", {}), self.said[side]
        names = dict.fromkeys((*both, *own))
        return {
            name: [_cells(name, row) for row in (*both.get(name, ()), *own.get(name, ()))]
            for name in names
        }

    @property
    def period(self) -> str:
        return str(self.said.get("period", "2026-10"))


@cache
def entries() -> dict[str, dict[str, Any]]:
    """Clause -> check -> what is said, as written."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("TC", "RC", "CM", "CD"):
        found |= load(f"{name}.yaml")
    return found


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load((FOLDER / name).read_text("utf-8"))
    return loaded


def cases() -> Iterator[Case]:
    """Every case, those told by `as` looked up."""
    for clause, checks in entries().items():
        for check, said in checks.items():
            yield Case(clause, check, entries()[said["as"]][check] if "as" in said else said)


def month(side: str) -> Tables:
    """One of the two months from which figures follow."""
    told = load("months.yaml")[side]
    return {name: [_cells(name, row) for row in rows] for name, rows in told.items()}


def _cells(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    if table == "judged":
        return {name: _instant(value) for name, value in row.items()}
    columns = TABLES[table].by_name
    days = {name for name, column in columns.items() if column.kind == "date"}
    return {name: value if name in days else _instant(value) for name, value in row.items()}


def _instant(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value
