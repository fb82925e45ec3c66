"""Sources that a configuration describes: another system's files or a database query, and the
shipped presets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import cache, partial
from importlib.resources import files
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from checks.records.parsing.rules import Each, Rules, expression
from checks.records.parsing.times.columns import KINDS, declared
from checks.records.tables import TABLES, Table
from flows.ingest.headings import Wanted
from flows.settings.made import Made, condition, expressed
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


def _stated(columns: Mapping[str, str | Made], constants: Mapping[str, str]) -> dict[str, str]:
    """The columns, and those that are the same in every row, as expressions."""
    quoted = {name: "'" + value.replace("'", "''") + "'" for name, value in constants.items()}
    return {**{name: expressed(column) for name, column in columns.items()}, **quoted}


def rules_of(source: SourceSettings) -> Rules | None:
    """The source's mapping of columns; None when its own headings are to be understood."""
    columns = _stated(source.columns, source.constants)
    if not columns:
        return None
    left_out = {condition(line.where): line.because for line in source.leave_out}
    joined = {name: look.key for look in source.lookups.values() for name in look.take}
    each = tuple(
        Each(_stated(one.columns, one.constants), condition(one.when) if one.when else None)
        for one in source.each
    )
    one_per = expressed(source.one_per) if source.one_per else None
    return Rules(columns, source.extract, left_out, one_per, joined, each)


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
    base: dict[str, Any] = {}
    if settings.preset is not None:
        if settings.preset not in presets():
            raise UsageError(
                f"{settings.place(name, 'preset')}: there is no preset {settings.preset!r}"
                f"{_meant(settings.preset, presets())}; presets: {', '.join(presets())}"
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
    added["columns"] |= {name: {"from": name} for name in settings.keep}
    added |= {key: (*base.get(key, ()), *own.get(key, ())) for key in ("optional", "empty")}
    merged = SourceSettings(**{**base, **own, **added})
    _check(partial(settings.place, name), merged)
    return merged


def _meant(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=2)
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def _check_form(where: str, table: Table, column: str, form: str) -> None:
    """A form that leaves the day open would be a guess."""
    if column not in table.by_name or table.by_name[column].kind not in KINDS:
        times = [c.name for c in table.columns if c.kind in KINDS]
        raise UsageError(
            f"{where}: {table.name} has no time of that name{_meant(column, times)}; its times are "
            f"{', '.join(times)}"
        )
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


def _check(place: Callable[..., str], source: SourceSettings) -> None:
    where = place()
    if source.table not in TABLES:
        raise UsageError(
            f"{place('table')}: table = {source.table!r} is no table"
            f"{_meant(source.table or '', TABLES)}; the tables are {', '.join(TABLES)}"
        )
    if sum(map(bool, (source.files, source.query, source.store))) != 1:
        raise UsageError(
            f"{where}: give either files = [patterns], query = SQL or store = an address"
        )
    if source.store and "@" in source.store.partition("://")[2].partition("/")[0]:
        raise UsageError(
            f"{place('store')}: the address holds a password; put it into the environment"
        )
    if source.query and not source.uri:
        raise UsageError(
            f'{where}: a query needs uri = "env:NAME", the variable that holds the database address'
        )
    if source.each and source.one_per:
        raise UsageError(f"{where}: a row gives several records (each), or rows give one (one_per)")
    if source.lookups and not rules_of(source):
        raise UsageError(f"{where}: lookups give columns to `columns`; say which are made of them")
    for column, forms in source.formats.items():
        for form in (forms,) if isinstance(forms, str) else forms:
            told = f"{place('formats', column)}: formats.{column}"
            _check_form(told, TABLES[source.table], column, form)
    _check_expressions(place, source, TABLES[source.table])


def _check_expressions(place: Callable[..., str], source: SourceSettings, table: Table) -> None:
    stated: list[tuple[str, Iterable[str]]] = [
        ("columns", source.columns),
        ("constants", source.constants),
        *(("each", [*one.columns, *one.constants]) for one in source.each),
    ]
    for key, columns in stated:
        if unknown := sorted(set(columns) - {*table.by_name, *source.keep}):
            raise UsageError(
                f"{place(key, unknown[0])}: {table.name} has no column {unknown[0]}"
                f"{_meant(unknown[0], table.by_name)}; its columns are {', '.join(table.by_name)}"
            )
    texts = [
        *((("columns", name), made) for name, made in source.columns.items()),
        *((("each",), made) for one in source.each for made in one.columns.values()),
        *((("each",), condition(one.when)) for one in source.each if one.when),
        *((("leave_out",), condition(line.where)) for line in source.leave_out),
        *([(("one_per",), source.one_per)] if source.one_per else []),
    ]
    for keys, made in texts:
        try:
            expression(expressed(made))
        except ValueError as error:
            raise UsageError(f"{place(*keys)}: {error}") from None
