"""Sources that a configuration describes: another system's files or a database query, and the
shipped presets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from checks.records.parsing.rules import Each, Rules, expression
from checks.records.parsing.times.columns import KINDS, declared
from checks.records.tables import TABLES, Table
from flows.ingest.headings import Wanted
from flows.settings.sources import SourceSettings
from flows.system.errors import UsageError


class Preset(SourceSettings):
    """A shipped source: what it is, and where its format is described."""

    about: str
    described_at: tuple[str, ...]


def wanted_of(source: SourceSettings) -> Wanted:
    """The columns that the source's rules speak of, and how its files may call them."""
    rules = rules_of(source)
    return Wanted(rules.source_columns if rules else (), frozenset(source.optional), source.labels)


def _stated(columns: Mapping[str, str], constants: Mapping[str, str]) -> dict[str, str]:
    """The columns, and those that are the same in every row, as expressions."""
    quoted = {name: "'" + value.replace("'", "''") + "'" for name, value in constants.items()}
    return {**columns, **quoted}


def rules_of(source: SourceSettings) -> Rules | None:
    """The source's mapping of columns; None when its own headings are to be understood."""
    columns = _stated(source.columns, source.constants)
    if not columns:
        return None
    left_out = {line.where: line.because for line in source.leave_out}
    joined = {name: look.key for look in source.lookups.values() for name in look.take}
    each = tuple(Each(_stated(one.columns, one.constants), one.when) for one in source.each)
    return Rules(columns, source.extract, left_out, source.one_per, joined, each)


@cache
def presets() -> Mapping[str, Preset]:
    """The shipped presets by name."""
    folder = files("flows.ingest").joinpath("presets")
    texts = {
        path.name.removesuffix(".yaml"): path.read_text(encoding="utf-8")
        for path in folder.iterdir()
    }
    loaded: dict[str, Any] = {
        name: YAML(typ="safe").load(text) for name, text in sorted(texts.items())
    }
    return {name: Preset.model_validate(content) for name, content in loaded.items()}


def resolve(name: str, settings: SourceSettings) -> SourceSettings:
    """The source with its preset's rules filled in. Raises UsageError for what can't be read."""
    where = f"configuration: inputs.sources.{name}"
    base: dict[str, Any] = {}
    if settings.preset is not None:
        if settings.preset not in presets():
            raise UsageError(
                f"{where}: there is no preset {settings.preset!r}; presets: {', '.join(presets())}"
            )
        base = presets()[settings.preset].model_dump(exclude={"about", "described_at"})
    own = settings.model_dump(exclude_unset=True)
    said = {*settings.columns, *settings.constants}
    for key in ("columns", "constants"):
        base[key] = {name: text for name, text in base.get(key, {}).items() if name not in said}
    added: dict[str, Any] = {
        key: {**base.get(key, {}), **own.get(key, {})}
        for key in ("columns", "constants", "labels", "formats", "lookups")
    }
    added |= {key: (*base.get(key, ()), *own.get(key, ())) for key in ("optional", "empty")}
    merged = SourceSettings(**{**base, **own, **added})
    _check(where, merged)
    return merged


def _check_form(where: str, table: Table, column: str, form: str) -> None:
    """A form that leaves the day open would be a guess."""
    if column not in table.by_name or table.by_name[column].kind not in KINDS:
        known = ", ".join(c.name for c in table.columns if c.kind in KINDS)
        raise UsageError(f"{where}: {table.name} has no time of that name; its times are {known}")
    day = date(2026, 10, 13)
    facts = pl.DataFrame({"text": [datetime(2026, 10, 13, 9, 5, 7, tzinfo=UTC).strftime(form)]})
    try:
        read = declared(facts, (form,), timedelta())["at"].dt.date().to_list()
    except pl.exceptions.PolarsError:
        read = []
    if read != [day]:
        raise UsageError(
            f"{where} = {form!r} tells no day; write it like %d/%m/%Y %H:%M (strftime)"
        )


def _check(where: str, source: SourceSettings) -> None:
    if source.table not in TABLES:
        raise UsageError(
            f"{where}: table = {source.table!r} is no table; the tables are {', '.join(TABLES)}"
        )
    if bool(source.files) == bool(source.query):
        raise UsageError(f"{where}: give either files = [patterns] or query = SQL")
    if source.query and not source.uri:
        raise UsageError(
            f'{where}: a query needs uri = "env:NAME", the variable that holds the database address'
        )
    rules = rules_of(source)
    if unknown := sorted(set(rules.texts if rules else ()) - set(TABLES[source.table].by_name)):
        known = ", ".join(TABLES[source.table].by_name)
        raise UsageError(
            f"{where}: {source.table} has no column {unknown[0]}; its columns are {known}"
        )
    if source.each and source.one_per:
        raise UsageError(f"{where}: a row gives several records (each), or rows give one (one_per)")
    if source.lookups and rules is None:
        raise UsageError(f"{where}: lookups give columns to `columns`; say which are made of them")
    for column, forms in source.formats.items():
        for form in (forms,) if isinstance(forms, str) else forms:
            _check_form(f"{where}: formats.{column}", TABLES[source.table], column, form)
    try:
        for text in (
            *(text for texts in (rules.texts.values() if rules else ()) for text in texts),
            *(line.where for line in source.leave_out),
            *(one.when for one in source.each if one.when),
            *([source.one_per] if source.one_per else []),
        ):
            expression(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
