"""The verdicts of all rules by SQL written by hand (`duckdb/*.sql`): a rival in speed, and a second
oracle.

It decides verdicts and their times only; who is responsible, and in which department, only the
engine says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from checks.concepts import Period
from checks.law.calendar import Calendar
from checks.law.rulebook import Limit, Rule, Rulebooks
from checks.records.records import NAMED, Records
from checks.records.tables import DTYPES, TABLES, Table
from checks.subjects.courtesy_words import COURTESY

SQL: Final = Path(__file__).parent / "duckdb"
KINDS: Final = {
    "call": ("calls.sql",),
    "chat_session": ("chats.sql",),
    "ticket": ("facts.sql", "tickets.sql"),
}
"""The statements that judge each kind of subject: the last one finds its obligations."""
COLUMNS: Final = (
    "rule_id",
    "subject_id",
    "verdict",
    "reason",
    "tier",
    "triggered_at",
    "due_at",
    "fulfilled_at",
    "governing",
    "carried_over",
    "calendar_provisional",
)
"""What is compared with the engine, row by row."""
READ: Final = (
    "customers",
    "customer_contacts",
    "calls",
    "chats",
    "tickets",
    "ticket_events",
    "exemptions",
)
_TYPES: Final = {
    pl.String(): "VARCHAR",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
    pl.Int64(): "BIGINT",
}


STATED_ON: Final = date(2026, 10, 31)
"""The day whose limits the statements state, for clocks of any time."""


def as_stated(rulebooks: Rulebooks) -> Rulebooks:
    """The law as the statements state it: the rules that they name, with the limits of STATED_ON.

    What is changed or added later the row-by-row oracle proves.
    """
    named = "".join(path.read_text("utf-8") for path in sorted(SQL.glob("*.sql")))
    regulations = [
        regulation.model_copy(
            update={
                "rules": tuple(
                    rule.model_copy(update={"limits": (_limits(rule),)})
                    for rule in regulation.rules
                    if f"'{rule.id}'" in named
                )
            }
        )
        for regulation in rulebooks.regulations
    ]
    return Rulebooks(
        regulations=tuple(regulations),
        topics=rulebooks.topics,
        stated_parameters=rulebooks.stated_parameters,
        readings=rulebooks.readings,
    )


def _limits(rule: Rule) -> Limit:
    limits = rule.limit_on(STATED_ON)
    assert limits is not None, f"{rule.id} has no limits on {STATED_ON}"
    return limits.model_copy(update={"since": None})


@dataclass(frozen=True)
class Rival:
    """A DuckDB connection with the canonical tables as views.

    kinds: the kinds of subject (checks.subjects.registry) that are judged.
    """

    connection: duckdb.DuckDBPyConnection
    kinds: tuple[str, ...] = tuple(KINDS)

    def close(self) -> None:
        self.connection.close()

    def judge(self, period: Period) -> None:
        """Every obligation in scope of the period, as of its cutoff, into the table `closed`."""
        run = self.connection.execute
        run(f"SET VARIABLE courtesy = '^(?:{'|'.join(sorted(COURTESY, key=len, reverse=True))})+$'")
        run("SET VARIABLE period_start = ?::TIMESTAMP", [period.start])
        run("SET VARIABLE period_end = ?::TIMESTAMP", [period.end])
        run("SET VARIABLE cutoff = ?::TIMESTAMP", [period.cutoff])
        run(_statement("setup.sql"))
        self._judge_as_of("before", period.start)
        self._judge_as_of("now", period.cutoff)
        run(f"CREATE OR REPLACE TEMP TABLE closed AS {_statement('closing.sql')}")

    def closed(self) -> pl.DataFrame:
        """What `judge` found, columns COLUMNS."""
        found = pl.from_arrow(
            self.connection.sql(f"SELECT {', '.join(COLUMNS)} FROM closed").to_arrow_table()
        )
        assert isinstance(found, pl.DataFrame)
        return found

    def _judge_as_of(self, name: str, cutoff: datetime) -> None:
        self.connection.execute("SET VARIABLE cutoff = ?::TIMESTAMP", [cutoff])
        for n, kind in enumerate(self.kinds):
            *ahead, last = KINDS[kind]
            for file in ahead:
                self.connection.execute(_statement(file))
            into = f"INSERT INTO {name}" if n else f"CREATE OR REPLACE TEMP TABLE {name} AS"
            self.connection.execute(f"{into}\n{_statement(last)}")


def _statement(file: str) -> str:
    return (SQL / file).read_text("utf-8")


def over_records(records: Records, calendar: Calendar | None = None) -> Rival:
    """Over canonical frames, with what is known of them beside their rows (checks.records.records).

    calendar: the working days; by default those of no company's own.
    """
    connection = _connect(calendar or Calendar({}))
    for name in READ:
        connection.register(name, records[name].collect().to_arrow())
    _beside(connection, records.recorded, records.quarantined)
    return Rival(connection)


def over_folder(folder: Path, kinds: tuple[str, ...] = tuple(KINDS)) -> Rival:
    """Over Parquet files in canonical words, as `kelou generate` writes them: exact times, every
    cell readable, no row quarantined; columns that are not there are empty and not recorded."""
    connection = _connect(Calendar({}))
    carried = {}
    for name in READ:
        files = sorted(map(str, (folder / name).glob("*.parquet")))
        carried[name] = set(pl.scan_parquet(files).collect_schema()) if files else set()
        source = f"FROM read_parquet({files})" if files else "WHERE false"
        connection.execute(
            f"CREATE VIEW {name} AS SELECT {_columns(TABLES[name], carried[name])} {source}"
        )
    _beside(connection, carried, Records({}).quarantined)
    return Rival(connection, kinds)


def _columns(table: Table, there: set[str]) -> str:
    cells = [
        f'"{c.name}"'
        if c.name in there
        else f"NULL::{_TYPES.get(DTYPES[c.kind], 'TIMESTAMP')} AS {c.name}"
        for c in table.columns
    ]
    marks = (f"false AS {c.name}_unreadable" for c in table.columns if c.marked)
    return ", ".join(
        [*cells, *marks, *(f"0 AS {c.name}_precision" for c in table.columns if c.timed)]
    )


def _connect(calendar: Calendar) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
    provisional = ~pl.col("date").dt.year().is_in(calendar.published)
    connection.register(
        "days", calendar.days.select("workday", day="date", provisional=provisional).to_arrow()
    )
    return connection


def _beside(
    connection: duckdb.DuckDBPyConnection,
    carried: Mapping[str, Iterable[str]],
    quarantined: Mapping[str, pl.LazyFrame],
) -> None:
    """Small tables of what is known beside the rows: `carried` columns by table, `quarantined_*`
    names."""
    pairs = [(table, column) for table, columns in carried.items() for column in sorted(columns)]
    frame = pl.DataFrame(
        pairs, schema={"table_name": pl.String, "column_name": pl.String}, orient="row"
    )
    connection.register("carried", frame.to_arrow())
    for name in NAMED:
        connection.register(f"quarantined_{name}", quarantined[name].collect().to_arrow())


def differences(ours: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """Rows that only one of the two has; empty when they agree."""
    ours, theirs = (
        f.select(COLUMNS).with_columns(pl.col("reason").fill_null("")) for f in (ours, theirs)
    )
    return pl.concat(
        [
            ours.join(theirs, on=COLUMNS, how="anti", nulls_equal=True).with_columns(
                by=pl.lit("engine")
            ),
            theirs.join(ours, on=COLUMNS, how="anti", nulls_equal=True).with_columns(
                by=pl.lit("SQL")
            ),
        ]
    ).sort("rule_id", "subject_id")
