"""Sources that a configuration describes: another system's files or a database query, and the
shipped presets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from checks.records.parsing.mapping import Rules, expression
from checks.records.tables import TABLES
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


def rules_of(source: SourceSettings) -> Rules | None:
    """The source's mapping of columns; None when its own headings are to be understood."""
    if not source.columns:
        return None
    left_out = {line.where: line.because for line in source.leave_out}
    return Rules(source.columns, source.extract, left_out, source.one_per)


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
    added = {key: {**base.get(key, {}), **getattr(settings, key)} for key in ("columns", "labels")}
    optional = (*base.get("optional", ()), *settings.optional)
    merged = SourceSettings(**{**base, **own, **added, "optional": optional})
    _check(where, merged)
    return merged


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
    if unknown := sorted(set(source.columns) - set(TABLES[source.table].by_name)):
        known = ", ".join(TABLES[source.table].by_name)
        raise UsageError(
            f"{where}: {source.table} has no column {unknown[0]}; its columns are {known}"
        )
    try:
        for text in (
            *source.columns.values(),
            *(line.where for line in source.leave_out),
            *([source.one_per] if source.one_per else []),
        ):
            expression(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
