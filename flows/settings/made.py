"""Columns that are made of several of an export's, and conditions on its rows, without SQL."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from checks.records.parsing.times.durations import PLUS

Condition = dict[str, tuple[str, ...] | Literal["filled", "empty"]]
"""Column of theirs -> the words that stand there, in any case, or whether anything does; of several
columns all must be so."""
Unit = Literal["milliseconds", "seconds", "minutes", "hours"]
_UNITS: Final[dict[Unit, str]] = {
    "milliseconds": "ms",
    "seconds": "",
    "minutes": "min",
    "hours": "h",
}


WAYS: Final = ("written as text", "written as a table")
"""How a column may be given: steps of the place of a mistake that stand in no file."""


class Made(BaseModel):
    """What a column of ours is made of."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True
    )

    of: str | None = Field(None, alias="from")
    """The column of theirs, as it is called there."""
    first: tuple[Column, ...] = ()
    """Columns of which the first that is filled counts."""
    join: tuple[Column, ...] = ()
    """Columns whose texts are put together; nothing where one of them is empty."""
    by: str = ""
    """What stands between the texts that are joined."""
    empty: tuple[str, ...] = ()
    """Words that stand for an empty cell in these columns alone."""
    plus: str | None = None
    """A column with a duration that is added to the time."""
    unit: Unit = "seconds"
    """What the duration counts where it is a number."""
    only: Condition = {}
    """Rows that have it; the others have none."""
    otherwise: str | None = None
    """The text of rows that have none."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.of is not None) + bool(self.first) + bool(self.join) != 1:
            raise ValueError("give one of from, first and join")
        if self.by and not self.join:
            raise ValueError("by stands between what is joined; give join")
        if self.unit != "seconds" and self.plus is None:
            raise ValueError("unit is that of plus; give plus")
        return self


def _way(given: Any) -> str:
    return WAYS[0] if isinstance(given, str) else WAYS[1]


Column = Annotated[
    Annotated[str, Tag(WAYS[0])] | Annotated[Made, Tag(WAYS[1])], Discriminator(_way)
]
"""An SQL expression, mostly just a heading, or a table."""
Made.model_rebuild()


def expressed(column: str | Made) -> str:
    """The SQL expression of a column."""
    if isinstance(column, str):
        return column
    if column.first:
        text = f"COALESCE({', '.join(_part(one, column) for one in column.first)})"
    elif column.join:
        between = f" || {_text(column.by)} || " if column.by else " || "
        text = between.join(f"CAST({_part(one, column)} AS VARCHAR)" for one in column.join)
    else:
        text = _part(column.of or "", column)
    if column.plus is not None:
        unit = f" || {_text(_UNITS[column.unit])}" if _UNITS[column.unit] else ""
        text = f"CAST({text} AS VARCHAR) || {_text(PLUS)} || {_as_text(column.plus)}{unit}"
    if column.only:
        text = f"CASE WHEN {condition(column.only)} THEN {text} END"
    return text if column.otherwise is None else f"COALESCE({text}, {_text(column.otherwise)})"


def condition(rows: str | Condition) -> str:
    """The SQL expression of a condition."""
    if isinstance(rows, str):
        return rows
    return " AND ".join(_holds(name, words) for name, words in rows.items())


def _holds(name: str, words: tuple[str, ...] | str) -> str:
    if isinstance(words, str):
        return f"{_name(name)} IS {'NOT NULL' if words == 'filled' else 'NULL'}"
    return f"LOWER({_as_text(name)}) IN ({_listed(words)})"


def _part(one: str | Made, column: Made) -> str:
    text = _name(one) if isinstance(one, str) else expressed(one)
    if not column.empty:
        return text
    said = f"CAST({text} AS VARCHAR)"
    return f"CASE WHEN LOWER({said}) NOT IN ({_listed(column.empty)}) THEN {said} END"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(_text(word.lower()) for word in words)


def _as_text(name: str) -> str:
    return f"CAST({_name(name)} AS VARCHAR)"


def _name(heading: str) -> str:
    return '"' + heading.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
