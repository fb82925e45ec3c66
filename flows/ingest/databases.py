"""A query against PostgreSQL, MySQL, MariaDB or SQLite stands for a table, through connectorx."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from checks.records.parsing.blank import without_blank_rows
from checks.records.parsing.canonical import ParseOptions, canonical
from checks.records.parsing.mapping import Mapped
from checks.records.tables import TABLES
from flows.ingest.formats.typed import plain
from flows.ingest.headings import headings_of, headings_with
from flows.ingest.intake import Source, Understood
from flows.ingest.mapped import applied, lacking
from flows.ingest.mapped import understood as understood_as
from flows.ingest.parts import Part
from flows.ingest.reader import digest
from flows.ingest.sources import rules_of, wanted_of
from flows.ingest.staging import Staging
from flows.settings import secret
from flows.settings.sources import SourceSettings
from flows.system.errors import InputError

QUERY: Final = "query:"
"""Begins the path of a source that is no file."""


def read_query(
    name: str, settings: SourceSettings, reading: ParseOptions, staging: Staging
) -> Part:
    """The rows that the query gives now; they are kept beside the other inputs while the audit
    runs.

    Raises InputError when the database can't be reached or refuses, UsageError when the address is
    not set.
    """
    assert settings.table and settings.query and settings.uri, "resolved settings are complete"
    table, origin = TABLES[settings.table], f"{QUERY}{name}"
    copy = staging.path(".parquet")
    _query(settings.query, secret(settings.uri), name).write_parquet(copy)
    frame = without_blank_rows(pl.scan_parquet(copy, row_index_name="_row", row_index_offset=2))
    schema = pl.read_parquet_schema(copy)
    frame = frame.with_columns(**plain(frame, schema))
    rules = rules_of(settings)
    find = (
        headings_with(wanted_of(settings))
        if rules
        else headings_of(table, reading.vocabulary.tables[table.name])
    )
    heading = find([list(schema)], origin)
    if rules and heading.missing:
        raise lacking(name, origin, heading, rules)
    if heading.twice:
        raise InputError(f"{origin}: {heading.twice}; rename or drop one")
    rows = frame.with_columns(_file=pl.lit(origin))
    whole = Mapped(rows)
    source = {column: heading.names[index] for column, index in heading.columns.items()}
    facts = {heading: column for column, heading in source.items()}
    if rules:
        named = {column: pl.col(heading.names[index]) for column, index in heading.columns.items()}
        whole = applied(name, rows.with_columns(**named), rules, reading)
        source = {column: column for column in rules.texts}
    read = staging.keep(canonical(whole.frame, source, table, reading), copy.stat().st_size)
    given = read if rules and rules.each else frame
    height = given.select(pl.len()).collect().item()
    understood = (
        understood_as(table, origin, heading, rules, height)
        if rules
        else Understood(table.name, origin, facts, heading.unknown, heading.missing, rows=height)
    )
    sources = (Source(table.name, origin, digest(copy), copy.stat().st_size, height),)
    carried = frozenset(understood.columns.values())
    return Part(read, sources, (understood,), whole.duplicates, whole.superseded, carried=carried)


def _query(query: str, uri: str, name: str) -> pl.DataFrame:
    try:
        return pl.read_database_uri(query, uri, engine="connectorx")
    except Exception as error:  # connectorx raises its own kinds, some of them bare RuntimeErrors
        reason = _without_secrets(
            str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__, uri
        )
        raise InputError(
            f"inputs.sources.{name}: the query failed: {reason}; check the address and the query"
        ) from None


def _without_secrets(text: str, uri: str) -> str:
    """Drivers like to repeat the address, password included."""
    return re.sub(r"[a-z0-9+]+://\S+", "(address)", text.replace(uri, "(address)"))[:200]
