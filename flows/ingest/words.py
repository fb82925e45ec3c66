"""The shipped alias files, and a configuration's, as one vocabulary."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from checks.records.parsing.canonical import ParseOptions
from checks.records.parsing.text import spoken
from checks.records.parsing.times.offsets import moves, zone_offset
from checks.records.parsing.vocabulary import vocabulary
from checks.subjects.registry import SHIPPED_TABLES, kinds
from flows.ingest.options import IngestOptions
from flows.settings.sources import SourceSettings
from flows.system.errors import UsageError


@cache
def _shipped(name: str) -> dict[str, Any]:
    text = (
        files("checks").joinpath("records", "aliases", f"{name}.yaml").read_text(encoding="utf-8")
    )
    return dict(YAML(typ="safe").load(text))


def words_for_nothing() -> frozenset[str]:
    """The shipped words that stand for an empty cell in every column."""
    return spoken(_shipped("empty")["everywhere"])


def reading(
    options: IngestOptions, source: SourceSettings | None = None, where: str = "configuration"
) -> ParseOptions:
    """How cells are read under these options, and in one source, which may have words of its own
    for codes.

    Raises UsageError, which says `where`, for a zone or an alias that can't be.
    """
    declared = [kind for kind in kinds() if kind.table.name not in SHIPPED_TABLES]
    documents: dict[str, list[Any]] = {name: [_shipped(name)] for name in sorted(SHIPPED_TABLES)}
    documents |= {kind.table.name: [kind.aliases] for kind in declared}
    called = {kind.name: list(kind.words.get(kind.name, {}).values()) for kind in declared}
    documents["pauses"].append({"values": {"subject_type": called}})
    for name, extension in options.aliases.items():
        documents.setdefault(name, []).append(extension.model_dump())
    if source is not None and source.table is not None:
        documents[source.table].append({"values": source.values})
    try:
        words = vocabulary(documents, _shipped("booleans"), options.events, tuple(called))
        moved = moves(options.time_zone)
        offset = timedelta() if moved else zone_offset(options.time_zone)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
    nothing = _shipped("empty")
    own = source.empty if source else ()
    empty = spoken([*nothing["everywhere"], *options.empty, *own])
    nameless = empty | spoken([*nothing["identifiers"], *options.empty_identifiers])
    forms = source.formats.items() if source else ()
    formats = {name: (form,) if isinstance(form, str) else form for name, form in forms}
    return ParseOptions(
        words,
        offset,
        options.time_zone,
        empty,
        nameless,
        written_in=options.time_zone if moved else "",
        period_end=options.period_end,
        formats=formats,
        earliest=options.earliest,
    )
