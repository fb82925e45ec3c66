"""The mart: every obligation and finding of all closings in two Delta tables of the lake, for
tools that look across months.

`LAKE/mart/obligations` and `LAKE/mart/findings` hold nothing that the closings do not; they can be
thrown away and written anew. A month's rows are put in the place of that month's in one commit,
which notes how many editions they are of: a close that was killed before it is made up for by the
next command that closes.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import polars as pl
from deltalake import CommitProperties, Transaction

from checks.concepts import INSTANT, OBLIGATIONS, VIOLATIONS
from checks.law.rulebook import Rulebooks
from checks.results.findings import FINDINGS
from flows.archive.closings import Closed, closings
from flows.archive.obligations import OFFSETS
from flows.archive.run_folder import FINDINGS_FILE
from flows.archive.run_folder import OBLIGATIONS as OBLIGATIONS_FILE
from flows.audit.gathering import load_rules
from flows.closing.manifest import settings_of
from flows.ingest.lake import Lake
from flows.ingest.lake.store import noted
from flows.report.chapters.scope import limit_of

EDITION: Final = pl.Schema(
    {
        "month": pl.String(),
        "edition": pl.String(),
        "restatement": pl.Int64(),
        "current": pl.Boolean(),
        "closed_at": pl.String(),
        "period_start": INSTANT,
        "period_end": INSTANT,
        "cutoff": INSTANT,
    }
)
"""Which report a row is of; `current`: of the last edition of its month."""
RULE: Final = pl.Schema(
    {
        **dict.fromkeys(("clause", "title_zh", "title_en", "limit"), pl.String()),
        "allowed_seconds": pl.Int64(),
        "finding_id": pl.String(),
    }
)
"""What the rule of an obligation asks for, and the finding that its breach belongs to."""
MART: Final = {
    "obligations": pl.Schema({**EDITION, **OBLIGATIONS, **RULE}),
    "findings": pl.Schema({**EDITION, **FINDINGS}),
}
_ACT: Final = ["subject_type", "subject_id", "rule_id"]
_FILES: Final = {"obligations": OBLIGATIONS_FILE, "findings": FINDINGS_FILE}


def write_mart(lake: str, anew: bool = False) -> tuple[str, ...]:
    """Bring both tables up to what is closed; `anew`: whatever they hold. Returns the months that
    were written. To be called by whoever alone may publish in the lake."""
    months: dict[str, list[Closed]] = {}
    for closed in closings(lake):
        months.setdefault(closed.month, []).append(closed)
    if not months:
        return ()
    written = [_write(Lake(lake), name, months, anew) for name in MART]
    return tuple(sorted({month for found in written for month in found}))


def _write(lake: Lake, name: str, months: dict[str, list[Closed]], anew: bool) -> list[str]:
    path = f"mart/{name}"
    table = lake.made(path, MART[name], ("month",))
    held = {field.name for field in table.schema().fields}
    if anew := anew or held != set(MART[name]):
        table = lake.made(path, MART[name], ("month",), instead=True)
    stale = [
        month for month, editions in months.items() if anew or noted(table, month) != len(editions)
    ]
    for month in stale:
        editions = months[month]
        rows = pl.concat([_edition(name, closed, closed is editions[-1]) for closed in editions])
        done = CommitProperties(app_transactions=[Transaction(month, len(editions))])
        options = {"predicate": f"month = '{month}'", "commit_properties": done}
        rows.sink_delta(table, mode="overwrite", delta_write_options=options)
    return stale


def _edition(name: str, closed: Closed, current: bool) -> pl.LazyFrame:
    """The rows of one edition, with the columns that say which."""
    manifest = closed.manifest
    period = {key: _wall(manifest["period"][key]) for key in ("start", "end", "cutoff")}
    about = {
        "month": closed.month,
        "edition": closed.folder.name,
        "restatement": closed.restated,
        "current": current,
        "closed_at": manifest["closing"].get("closed_at"),
        "period_start": period["start"],
        "period_end": period["end"],
        "cutoff": period["cutoff"],
    }
    rows = pl.scan_parquet(closed.folder / _FILES[name], glob=False)
    if name == "obligations":
        rows = _told(rows.drop(OFFSETS.values(), strict=False), closed)
    schema = MART[name]
    told = rows.with_columns(pl.lit(value, schema[key]).alias(key) for key, value in about.items())
    held = told.collect_schema().names()
    columns = [
        pl.col(key).cast(dtype) if key in held else pl.lit(None, dtype).alias(key)
        for key, dtype in schema.items()
    ]
    return told.select(columns)


def _told(rows: pl.LazyFrame, closed: Closed) -> pl.LazyFrame:
    """Obligations with clause, titles, limit and finding."""
    rulebooks = load_rules(settings_of(closed.manifest)).rulebooks
    rules = pl.LazyFrame(
        [(r.id, f"{r.regulation} {r.article}", r.title.zh, r.title.en) for r in rulebooks.rules],
        schema=dict.fromkeys(("rule_id", "clause", "title_zh", "title_en"), pl.String()),
        orient="row",
    )
    allowed = pl.col("due_at") - pl.col("triggered_at")
    day = pl.col("triggered_at").dt.date()
    return (
        rows.with_columns(_day=day, allowed_seconds=allowed.dt.total_seconds())
        .join(rules, on="rule_id", how="left")
        .join(
            _limits(rows, rulebooks),
            on=["rule_id", "tier", "_day"],
            how="left",
            nulls_equal=True,
        )
        .join(_findings(closed), on=_ACT, how="left")
        .with_columns(finding_id=pl.when(pl.col("verdict").is_in(VIOLATIONS)).then("finding_id"))
    )


def _limits(rows: pl.LazyFrame, rulebooks: Rulebooks) -> pl.LazyFrame:
    """The limit of each rule for each tier on each day on which a clock started, as rulebooks
    write it."""
    asked = rows.select("rule_id", "tier", _day=pl.col("triggered_at").dt.date()).unique().collect()
    by_id = {rule.id: rule for rule in rulebooks.rules}

    def limit(rule: str, tier: str | None, day: date | None) -> str | None:
        return limit_of(by_id[rule], tier, day) if rule in by_id and day else None

    found = [limit(*row) for row in asked.iter_rows()]
    return asked.with_columns(limit=pl.Series(found, dtype=pl.String)).lazy()


def _findings(closed: Closed) -> pl.LazyFrame:
    """The finding of each breached rule of a subject."""
    found = pl.scan_parquet(closed.folder / FINDINGS_FILE, glob=False)
    by_rule = found.select(
        "subject_type", "subject_id", "finding_id", rule_id=pl.col("rules").str.split(";")
    ).explode("rule_id")
    return by_rule.unique(_ACT, keep="first")


def _wall(written: str) -> datetime:
    """A written instant as its wall time."""
    return datetime.fromisoformat(written).replace(tzinfo=None)
