"""A data folder -> canonical records, with every row accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from checks.reading.defects import DEFECTS, has_issue, is_quarantined, issues, quarantine, told_by
from checks.reading.repeats import ORDER, repeats
from checks.reading.replaced import REPLACED, replaced
from checks.records import NAMED, Records, recorded_by
from checks.tables import NEEDED, TABLES, Table, empty
from flows.errors import InputError
from flows.ingest.intake import COUNTS, Intake, Source, Understood
from flows.ingest.options import IngestOptions
from flows.ingest.parts import Part
from flows.ingest.plan import check_needed, plan_of
from flows.ingest.staging import Staging


@dataclass(frozen=True)
class Taken:
    """One table's share of an intake. `named`: NAMED cells of its quarantined rows, with `_file` and `_row`."""

    records: pl.LazyFrame
    counts: dict[str, int]
    quarantine: pl.DataFrame
    issues: pl.DataFrame
    sources: tuple[Source, ...]
    understood: tuple[Understood, ...]
    replaced: pl.DataFrame
    named: pl.LazyFrame


def read_folder(data: Path, options: IngestOptions | None = None) -> Intake:
    """Read every table of a data folder. Raises InputError: a broken file, a needed table missing or unreadable."""
    options = options or IngestOptions()
    plan = plan_of(data, options)
    check_needed(plan, data, options)
    parts = {name: [read() for read in readers] for name, readers in plan.readers.items()}
    return settled(parts, plan.unmatched, plan.staging)


def settled(parts: Mapping[str, list[Part]], unmatched: tuple[str, ...], staging: Staging) -> Intake:
    """The intake that these parts of each table make. Raises InputError: nothing in a needed table is readable."""
    taken = {name: take(TABLES[name], some, staging) for name, some in parts.items()}
    for name in NEEDED:
        _check_readable(name, taken.get(name))
    return intake_of(taken, unmatched, staging)


def intake_of(taken: Mapping[str, Taken], unmatched: tuple[str, ...], staging: Staging) -> Intake:
    """What these tables hold together, whether or not an audit could go on from here."""
    tables = {name: taken[name].records if name in taken else empty(name) for name in TABLES}
    named = {name: t.named for name, t in taken.items() if name in NAMED}
    records = Records(tables)
    intake = Intake(
        records=replace(records, quarantined={**records.quarantined, **named}),
        provided=frozenset(taken),
        accounting={name: t.counts for name, t in taken.items()},
        quarantine=_defects(t.quarantine for t in taken.values()),
        issues=_defects(t.issues for t in taken.values()),
        sources=tuple(source for t in taken.values() for source in t.sources),
        understood=tuple(u for t in taken.values() for u in t.understood),
        unmatched=unmatched,
        staging=staging,
        replaced=pl.concat([pl.DataFrame(schema=REPLACED), *(t.replaced for t in taken.values())]),
    )
    recorded = recorded_by(intake.carried, tables, intake.records.quarantined)
    return replace(intake, records=replace(intake.records, recorded=recorded))


def _check_readable(name: str, taken: Taken | None) -> None:
    if taken is None or taken.counts["accepted"] or not taken.counts["read"]:
        return
    for file in taken.understood:
        if file.missing:
            raise InputError(
                f"{file.file}: no column {', '.join(file.missing)}; rename a heading or map it in kelou.toml: "
                "`kelou sources check` shows what was understood"
            )
    first = taken.quarantine.row(0, named=True)
    raise InputError(
        f"{name}: none of {taken.counts['read']} rows is readable; the first: {first['file']}, row {first['row']}, "
        f"{first['column']} {first['value'][:40]!r}: {first['reason']}"
    )


def _defects(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=DEFECTS), *frames])


def take(table: Table, parts: list[Part], staging: Staging) -> Taken:
    """Settle a table's parts, in order: quarantine, then repeats; what stands are the records."""
    rows = pl.concat([part.frame for part in parts]).with_row_index(ORDER)
    bad = is_quarantined(table)
    good = rows.filter(~bad)
    fates = repeats(good, table)
    pairs = replaced(good, fates, table)
    sources = tuple(source for part in parts for source in part.sources)
    understood = tuple(u for part in parts for u in part.understood)
    if not fates.is_empty():
        standing = good.join(fates.lazy(), on=ORDER, how="anti", maintain_order="left")
        good = staging.keep(standing, sum(source.size for source in sources))
    columns = told_by(table)
    # The few rows that say something are found once; what they say is asked of these alone.
    defective = rows.filter(bad).select(columns).collect(engine="streaming").lazy()
    doubtful = good.filter(has_issue(table)).select(columns).collect(engine="streaming").lazy()
    unread = quarantine(defective, table).collect()
    unclear = issues(doubtful, table).collect()
    counts = _counts(parts, good, fates, defective)
    untouched = counts["accepted"] == counts["read"]
    records = pl.concat([part.frame for part in parts]) if untouched else good
    return Taken(
        records=records.select(list(table.schema)),
        counts=counts,
        quarantine=unread,
        issues=_defects([*map(_about_file, understood), unclear]),
        sources=sources,
        understood=understood,
        replaced=pairs,
        named=rows.filter(bad).select(*NAMED.get(table.name, ()), "_file", "_row").collect(engine="streaming").lazy(),
    )


def _about_file(file: Understood) -> pl.DataFrame:
    lines = [(file.table, file.file, 0, name, "", "without a meaning, ignored") for name in file.unknown]
    lines += [(file.table, file.file, 0, name, "", "column is missing") for name in file.missing]
    return pl.DataFrame(lines, schema=DEFECTS, orient="row")


def _counts(parts: list[Part], good: pl.LazyFrame, fates: pl.DataFrame, defective: pl.LazyFrame) -> dict[str, int]:
    quarantined = defective.select(pl.len()).collect().item()
    accepted = good.select(pl.len()).collect(engine="streaming").item()
    duplicates = fates.filter(fate="duplicate").height + sum(part.duplicates for part in parts)
    superseded = fates.filter(fate="superseded").height + sum(part.superseded for part in parts)
    read = sum(source.rows for part in parts for source in part.sources)
    assert read == accepted + duplicates + superseded + quarantined, "every row is accounted for"
    return dict(zip(COUNTS, (read, accepted, duplicates, superseded, quarantined), strict=True))
