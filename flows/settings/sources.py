"""Sources of records as kelou.toml describes them: other systems' files, database queries, further
words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr, StringConstraints, model_validator

from checks.records.tables import TABLES
from flows.settings.made import Column, Condition
from flows.settings.place import line_of

SecretReference = Annotated[str, StringConstraints(pattern=r"^(env|prefect):[A-Za-z0-9_-]+$")]
"""Where a secret is found: an environment variable or a Prefect Secret block."""
Words = dict[str, tuple[str, ...]]


_OURS: Final = {name: frozenset(table.by_name) for name, table in TABLES.items()}
"""The shipped columns by table."""


class Described(BaseModel):
    """What stands under a key is its description in the schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class TableAliases(Described):
    """Further words for a table, in the shape of checks/records/aliases."""

    table: tuple[str, ...] = ()
    """How the table's files are called."""
    headings: Words = {}
    """Column of ours -> headings."""
    values: dict[str, Words] = {}
    """Column of ours -> code -> words."""


class LeaveOut(Described):
    """Rows that are no records of the table."""

    where: str | Condition
    """The condition: words of columns, or SQL."""
    because: str
    """The reason that the quarantine gives."""


class Each(Described):
    """One of several records that a row gives."""

    when: str | Condition | None = None
    """The condition under which the row has such a record; without it always."""
    columns: dict[str, Column] = {}
    """Columns beside the source's own."""
    constants: dict[str, str] = {}
    """Constants beside the source's own."""


class Lookup(Described):
    """Files beside the export that explain its codes."""

    files: tuple[str, ...]
    """Patterns of files below the data folder."""
    key: str
    """The column of the source that holds the code."""
    match: str
    """The column of the files that holds it."""
    take: dict[str, str]
    """New column of the source -> column of the files."""


class SourceSettings(Described):
    """One source, or one preset; a source takes from its preset what it doesn't say itself. Rules
    as in checks.records.parsing.rules.Rules; docs/sources.md explains each key with an example."""

    preset: str | None = None
    """A format that is described already: one of `kelou sources presets`."""
    table: str | None = None
    """The table that the source feeds."""
    files: tuple[str, ...] = ()
    """Patterns of files below the data folder; a file may feed several sources."""
    format: Literal["delimited", "json", "workbook", "parquet"] | None = None
    """What the files are, where their names do not say it."""
    headings: tuple[str, ...] = ()
    """The column names of files that have none."""
    records: str | None = None
    """The path to the list in JSON: data.items, or data.items[].history[] with what is around."""
    time_zone: str | None = None
    """The zone of the clock that wrote the times; it may move its clocks."""
    columns: dict[str, Column] = {}
    """Column of ours -> what it is made of: SQL over theirs, mostly just a heading, or a table."""
    constants: dict[str, str] = {}
    """Column of ours -> the same text in every row."""
    each: tuple[Each, ...] = ()
    """The records that one row gives, where it gives several."""
    lookups: dict[str, Lookup] = {}
    """Files that explain codes."""
    optional: tuple[str, ...] = ()
    """Columns of theirs that an export may lack; any other that is spoken of must be there."""
    labels: Words = {}
    """Column of theirs -> other headings under which it may stand."""
    values: dict[str, Words] = {}
    """Column of ours -> code -> further words for it."""
    empty: tuple[str, ...] = ()
    """Further words for an empty cell."""
    formats: dict[str, str | tuple[str, ...]] = {}
    """Column of ours -> the form of its times (strftime), or several."""
    keep: tuple[str, ...] = ()
    """Columns of theirs that are kept as they are, for the `where` of rules; `table` stands beside
    it."""
    extract: dict[str, tuple[str, str]] = {}
    """New column of theirs -> column of JSON text, JSON path."""
    leave_out: tuple[LeaveOut, ...] = ()
    """Rows that are no records of the table, each with the reason."""
    one_per: Column | None = None
    """Column, or SQL expression: the rows with the same value are one record."""
    store: str | None = None
    """The address of a folder of Parquet files or of a Delta table."""
    query: str | None = None
    """SQL for a database."""
    uri: SecretReference | None = None
    """Where the address of the database is found: env:NAME or prefect:BLOCK."""
    _written: tuple[str, str] | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _keeps_what_is_theirs(self) -> Self:
        if self.keep and self.table is None:
            raise ValueError("keep needs table = NAME beside it, the table that the source feeds")
        for name in self.keep:
            ours = name in _OURS.get(str(self.table), frozenset())
            if ours or name.startswith("_") or name.endswith(("_unreadable", "_precision")):
                raise ValueError(f"keep: {name} is a column of ours; map it under columns")
        return self

    def remember(self, text: str, path: Path) -> None:
        """The configuration in which the source stands, so that a mistake has a line."""
        self._written = (text, str(path))

    def place(self, name: str, *keys: str) -> str:
        """Where the source `name`, or a key of it, stands, for messages."""
        where = "configuration"
        if self._written is not None:
            text, path = self._written
            where = f"{path}:{line_of(text, ['inputs', 'sources', name, *keys])}"
        return f"{where}: inputs.sources.{name}"
