"""A data folder -> canonical records, with every row accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from checks.records.parsing.defects import (
    DEFECTS,
    has_issue,
    is_quarantined,
    issues,
    quarantine,
    told_by,
)
from checks.records.parsing.repeats import COLLIDED, ORDER, repeats
from checks.records.parsing.replaced import REPLACED, replaced
from checks.records.records import NAMED, Records, recorded_by
from checks.records.tables import NEEDED, TABLES, Table, empty
from flows.ingest.intake import COUNTS, Intake, Source, Understood, Unread
from flows.ingest.options import IngestOptions
from flows.ingest.parts import Part
from flows.ingest.plan import Plan, check_absent, check_needed, plan_of
from flows.ingest.staging import Staging
from flows.ingest.unread import unread_of
from flows.system.errors import InputError


@dataclass(frozen=True)
class TableIntake:
    """One table's share of an intake. `named`: NAMED cells of its quarantined rows, with `_file`
    and `_row`."""

    records: pl.LazyFrame
    counts: dict[str, int]
    quarantine: pl.DataFrame
    issues: pl.DataFrame
    sources: tuple[Source, ...]
    understood: tuple[Understood, ...]
    carried: frozenset[str]
    replaced: pl.DataFrame
    named: pl.DataFrame


def read_folder(data: Path, options: IngestOptions | None = None) -> Intake:
    """Read every table of a data folder. Raises InputError: a broken file, a needed table missing
    or unreadable."""
    options = options or IngestOptions()
    plan = plan_of(data, options)
    check_needed(plan.readers, plan.unread, data, options)
    parts, unread = read_parts(plan)
    check_needed(parts, unread, data, options)
    check_absent(parts, data, options)
    return assemble_intake(parts, unread, plan.staging, options.moved)


def read_parts(plan: Plan) -> tuple[dict[str, list[Part]], tuple[Unread, ...]]:
    """The parts of each table that has any, and everything that was not read. Raises InputError for
    a broken file."""
    found = {name: [reader.read() for reader in readers] for name, readers in plan.readers.items()}
    unread = unread_of(plan.unread, [part for some in found.values() for part in some])
    parts = {name: [part for part in some if part.sources] for name, some in found.items()}
    return {name: some for name, some in parts.items() if some}, unread


def assemble_intake(
    parts: Mapping[str, list[Part]],
    unread: tuple[Unread, ...],
    staging: Staging,
    zone: str | None = None,
) -> Intake:
    """The intake that these parts of each table make; `zone`: the configured one if it moves its
    clocks. Raises InputError: nothing in a needed table is readable."""
    taken = {
        name: assemble_table(TABLES[name], some, staging, zone) for name, some in parts.items()
    }
    for name in NEEDED:
        _check_readable(name, taken.get(name))
    return intake_of(taken, unread, staging, zone)


def intake_of(
    taken: Mapping[str, TableIntake],
    unread: tuple[Unread, ...],
    staging: Staging,
    zone: str | None = None,
) -> Intake:
    """What these tables hold together, whether or not an audit could go on from here."""
    tables = {name: taken[name].records if name in taken else empty(name) for name in TABLES}
    carried = {name: taken[name].carried if name in taken else frozenset[str]() for name in TABLES}
    named = {name: taken[name].named.lazy() for name in NAMED if name in taken}
    quarantined = {**Records(tables).quarantined, **named}
    recorded = recorded_by(carried, tables, quarantined)
    return Intake(
        records=Records(tables, recorded, quarantined).in_zone(zone),
        provided=frozenset(taken),
        accounting={name: t.counts for name, t in taken.items()},
        quarantine=_defects(t.quarantine for t in taken.values()),
        issues=_defects(t.issues for t in taken.values()),
        sources=tuple(source for t in taken.values() for source in t.sources),
        understood=tuple(u for t in taken.values() for u in t.understood),
        unread=unread,
        staging=staging,
        carried=carried,
        replaced=pl.concat([pl.DataFrame(schema=REPLACED), *(t.replaced for t in taken.values())]),
    )


def _check_readable(name: str, taken: TableIntake | None) -> None:
    if taken is None or taken.counts["accepted"] or not taken.counts["read"]:
        return
    for file in taken.understood:
        if file.missing:
            raise InputError(
                f"{file.file}: no column {', '.join(file.missing)}; rename a heading or map it "
                f"in kelou.toml: "
                "`kelou sources check` shows what was understood"
            )
    first = taken.quarantine.row(0, named=True)
    raise InputError(
        f"{name}: none of {taken.counts['read']} rows is readable; the first: {first['file']}, "
        f"row {first['row']}, "
        f"{first['column']} {first['value'][:40]!r}: {first['reason']}"
    )


def _defects(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=DEFECTS), *frames])


def assemble_table(
    table: Table, parts: Sequence[Part], staging: Staging, zone: str | None = None
) -> TableIntake:
    """Settle a table's parts, in order: quarantine, then repeats; what stands are the records.
    `zone`: the configured one if it moves its clocks."""
    rows = pl.concat([part.frame for part in parts]).with_row_index(ORDER)
    bad = is_quarantined(table)
    good = rows.filter(~bad)
    fates = repeats(good, table)
    pairs = replaced(good, fates, table, zone)
    sources = tuple(source for part in parts for source in part.sources)
    understood = tuple(u for part in parts for u in part.understood)
    if not fates.is_empty():
        standing = good.join(fates.lazy(), on=ORDER, how="anti", maintain_order="left")
        good = staging.keep(standing, sum(source.size for source in sources))
    # The few rows that say something are found once; what they say is asked of these alone.
    columns = told_by(table)
    defective = _defective(
        rows, bad, fates, list(dict.fromkeys([*columns, *table.key, *NAMED.get(table.name, ())]))
    )
    doubtful = good.filter(has_issue(table)).select(columns).collect(engine="streaming").lazy()
    unread = quarantine(defective.lazy(), table).collect()
    unclear = issues(doubtful, table).collect()
    counts = _counts(parts, good, fates, defective.height)
    untouched = counts["accepted"] == counts["read"]
    records = pl.concat([part.frame for part in parts]) if untouched else good
    return TableIntake(
        records=records.select(list(table.schema)),
        counts=counts,
        quarantine=unread,
        issues=_defects([*map(_about_file, understood), unclear]),
        sources=sources,
        understood=understood,
        carried=frozenset[str]().union(*(part.carried for part in parts)),
        replaced=pairs,
        named=_named(defective, table),
    )


def _defective(
    rows: pl.LazyFrame, bad: pl.Expr, fates: pl.DataFrame, columns: list[str]
) -> pl.DataFrame:
    """The rows that are quarantined: those that can't be read, and those that share a key with
    another thing."""
    unreadable = rows.filter(bad).select(columns)
    collided = fates.lazy().filter(pl.col("fate") == COLLIDED)
    if fates.filter(fate=COLLIDED).is_empty():
        return unreadable.collect(engine="streaming")
    sharing = rows.join(collided, on=ORDER, how="semi").select(columns)
    return pl.concat([unreadable, sharing]).collect(engine="streaming").sort(ORDER)


def _named(defective: pl.DataFrame, table: Table) -> pl.DataFrame:
    """What quarantined rows name all the same, and where they stand."""
    names = NAMED.get(table.name, ())
    named = pl.any_horizontal([pl.lit(False), *(pl.col(name).is_not_null() for name in names)])
    return defective.filter(named).select(*names, "_file", "_row")


def _about_file(file: Understood) -> pl.DataFrame:
    lines = [
        (file.table, file.file, 0, name, "", "without a meaning, ignored") for name in file.unknown
    ]
    lines += [(file.table, file.file, 0, name, "", "column is missing") for name in file.missing]
    return pl.DataFrame(lines, schema=DEFECTS, orient="row")


def _counts(
    parts: Sequence[Part], good: pl.LazyFrame, fates: pl.DataFrame, quarantined: int
) -> dict[str, int]:
    accepted = good.select(pl.len()).collect(engine="streaming").item()
    duplicates = fates.filter(fate="duplicate").height + sum(part.duplicates for part in parts)
    superseded = fates.filter(fate="superseded").height + sum(part.superseded for part in parts)
    read = sum(source.rows for part in parts for source in part.sources)
    assert read == accepted + duplicates + superseded + quarantined, "every row is accounted for"
    return dict(zip(COUNTS, (read, accepted, duplicates, superseded, quarantined), strict=True))
