"""Sources that a configuration describes: another system's files or a database query, and the shipped presets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from ruamel.yaml import YAML

from checks.reading.mapping import Rules, expression
from checks.tables import TABLES
from flows.errors import UsageError

SecretReference = Annotated[str, StringConstraints(pattern=r"^(env|prefect):[A-Za-z0-9_-]+$")]
Words = dict[str, tuple[str, ...]]


class LeaveOut(BaseModel):
    """Rows that are no records of the table: a condition in SQL, and the reason that the quarantine gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    where: str
    because: str


class SourceSettings(BaseModel):
    """One `[sources.NAME]` of kelou.toml, or one preset; a source takes from its preset what it doesn't say itself.

    Rules as in checks.reading.mapping.Rules; without `columns` the source's own headings are read like any other
    table's. `records`: the key under which a JSON document holds its list. `headings`: of files that have none.
    `values`: further words for codes. `uri` refers to a secret: `env:NAME` or `prefect:BLOCK`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: str | None = None
    table: str | None = None
    files: tuple[str, ...] = ()
    format: Literal["delimited", "json", "workbook", "parquet"] | None = None
    headings: tuple[str, ...] = ()
    records: str | None = None
    time_zone: str | None = None
    columns: dict[str, str] = {}
    values: dict[str, Words] = {}
    extract: dict[str, tuple[str, str]] = {}
    leave_out: tuple[LeaveOut, ...] = ()
    one_per: str | None = None
    query: str | None = None
    uri: SecretReference | None = None

    @property
    def rules(self) -> Rules | None:
        """The mapping of columns; None when the source's own headings are to be understood."""
        if not self.columns:
            return None
        return Rules(self.columns, self.extract, {line.where: line.because for line in self.leave_out}, self.one_per)


class Preset(SourceSettings):
    """A shipped source: what it is, and where its format is described."""

    about: str
    described_at: tuple[str, ...]


@cache
def presets() -> Mapping[str, Preset]:
    """The shipped presets by name."""
    folder = files("flows.ingest").joinpath("presets")
    texts = {path.name.removesuffix(".yaml"): path.read_text(encoding="utf-8") for path in folder.iterdir()}
    loaded: dict[str, Any] = {name: YAML(typ="safe").load(text) for name, text in sorted(texts.items())}
    return {name: Preset.model_validate(content) for name, content in loaded.items()}


def resolve(name: str, settings: SourceSettings) -> SourceSettings:
    """The source with its preset's rules filled in. Raises UsageError for what can't be read."""
    where = f"configuration: sources.{name}"
    base: dict[str, Any] = {}
    if settings.preset is not None:
        if settings.preset not in presets():
            raise UsageError(f"{where}: there is no preset {settings.preset!r}; presets: {', '.join(presets())}")
        base = presets()[settings.preset].model_dump(exclude={"about", "described_at"})
    own = settings.model_dump(exclude_unset=True)
    merged = SourceSettings(**{**base, **own, "columns": {**base.get("columns", {}), **settings.columns}})
    _check(where, merged)
    return merged


def _check(where: str, source: SourceSettings) -> None:
    if source.table not in TABLES:
        raise UsageError(f"{where}: table = {source.table!r} is no table; the tables are {', '.join(TABLES)}")
    if bool(source.files) == bool(source.query):
        raise UsageError(f"{where}: give either files = [patterns] or query = SQL")
    if source.query and not source.uri:
        raise UsageError(f'{where}: a query needs uri = "env:NAME", the variable that holds the database address')
    if unknown := sorted(set(source.columns) - set(TABLES[source.table].by_name)):
        known = ", ".join(TABLES[source.table].by_name)
        raise UsageError(f"{where}: {source.table} has no column {unknown[0]}; its columns are {known}")
    try:
        for text in (
            *source.columns.values(),
            *(line.where for line in source.leave_out),
            *([source.one_per] if source.one_per else []),
        ):
            expression(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
