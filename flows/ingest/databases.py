"""What stands for a table without being a file of the data folder: a query against PostgreSQL,
MySQL, MariaDB or SQLite, through connectorx; a folder of Parquet files or a Delta table, maybe on
an object store."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

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
from flows.system.errors import InputError, UsageError
from flows.system.machine import extra_of

QUERY: Final = "query:"
"""Begins the path of a source that is no file."""
PORTS: Final = {"postgresql": 5432, "postgres": 5432, "mysql": 3306, "mariadb": 3306}
PATIENCE: Final = 3
"""Seconds to wait for somebody to listen at the address."""
REFUSED: Final = " r2d2] "
"""Stands in what the library says of an attempt to connect that failed."""


def read_query(
    name: str, settings: SourceSettings, reading: ParseOptions, staging: Staging
) -> Part:
    """The rows that the query or the store gives now; they are kept beside the other inputs while
    the audit runs.

    Raises InputError when it can't be reached or refuses, UsageError when the address is not set.
    """
    assert settings.table, "resolved settings are complete"
    table, origin = TABLES[settings.table], f"{QUERY}{name}"
    copy = _fetched(name, settings, staging)
    frame = without_blank_rows(pl.scan_parquet(copy, row_index_name="_row", row_index_offset=2))
    schema = pl.read_parquet_schema(copy)
    frame = frame.with_columns(**plain(frame, schema))
    rules = rules_of(settings)
    known = reading.vocabulary.tables[table.name]
    find = headings_with(wanted_of(settings)) if rules else headings_of(table, known)
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
    return Part(
        read,
        sources,
        (understood,),
        whole.duplicates,
        whole.superseded,
        carried=carried,
        source=name,
    )


def _fetched(name: str, settings: SourceSettings, staging: Staging) -> Path:
    """The file into which the rows were written."""
    copy = staging.path(".parquet")
    if settings.store:
        _stored(settings.store, name, copy)
    else:
        assert settings.query and settings.uri, "resolved settings are complete"
        _query(settings.query, secret(settings.uri), name, copy)
    return copy


def _stored(address: str, name: str, copy: Path) -> None:
    """The newest version of a Delta table, or all Parquet files below the address, into `copy`;
    credentials come from the environment. Raises InputError when they can't be read."""
    from deltalake import DeltaTable

    try:
        if DeltaTable.is_deltatable(address):
            rows = pl.scan_delta(address)
        else:
            rows = pl.scan_parquet(f"{address.rstrip('/')}/**/*.parquet")
        rows.sink_parquet(copy)
    except Exception as error:  # each library of each kind of store raises its own
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise InputError(
            f"inputs.sources.{name}: {address} can't be read: {reason}; check the address, and the "
            "credentials in the environment"
        ) from None


def _query(query: str, uri: str, name: str, copy: Path) -> None:
    """The rows of the query, into `copy`. Raises InputError, soon: nobody listens there, the
    database refuses, the query is wrong; UsageError where nothing here asks databases."""
    if find_spec("connectorx") is None:
        raise UsageError(extra_of("connectorx") or "")
    try:
        _check_address(uri)
        if uri.startswith("sqlite"):
            pl.read_database_uri(query, uri, engine="connectorx").write_parquet(copy)
        else:
            _in_a_process(query, uri, copy)
    except Exception as error:  # connectorx raises its own kinds, some of them bare RuntimeErrors
        said = str(error).strip()
        reason = _without_secrets(said.splitlines()[0] if said else type(error).__name__, uri)
        raise InputError(
            f"inputs.sources.{name}: the query failed: {reason}; check the address and the query"
        ) from None


def _check_address(uri: str) -> None:
    """Raises OSError or ValueError where nobody listens, which the library takes long to find."""
    parts = urlsplit(uri)
    port = parts.port or PORTS.get(parts.scheme.partition("+")[0])
    if parts.hostname and port:
        with socket.create_connection((parts.hostname, port), timeout=PATIENCE):
            pass


def _in_a_process(query: str, uri: str, copy: Path) -> None:
    """Raises RuntimeError with the first complaint of the library about the connection, or what
    ended the query."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("querying.py"))]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=nowhere, stderr=pipe, text=True) as process:
        assert process.stdin is not None and process.stderr is not None
        json.dump({"query": query, "uri": uri, "path": str(copy)}, process.stdin)
        process.stdin.close()
        said = ""
        for line in process.stderr:
            said = line.strip() or said
            if REFUSED in line:
                process.kill()
                raise RuntimeError(line.partition(REFUSED)[2].strip())
        if process.wait():
            raise RuntimeError(said)


def _without_secrets(text: str, uri: str) -> str:
    """Drivers like to repeat the address, password included."""
    return re.sub(r"[a-z0-9+]+://\S+", "(address)", text.replace(uri, "(address)"))[:200]
