"""The daily spot check: draw the sample, write the check sheet (TC 第十四条(一))."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from checks.concepts import VERDICTS, Period
from checks.judging import JudgingOptions, Records, judge
from checks.law.rulebook import Rulebooks
from checks.local_time import midnight
from checks.oversight.sampling import stratified_sample, tickets_of_day
from checks.records.tables import TABLES
from checks.subjects.ticket import TICKET
from checks.text.filling import filled
from flows.oversight.sample.sheet import Sheet, write_print, write_workbook
from flows.report.words.texts import Texts, load_texts
from flows.system.errors import UsageError
from flows.system.files import one_at_a_time


@dataclass(frozen=True)
class Drawn:
    """What was drawn and where it was written."""

    sheet: Sheet
    workbook: Path
    print: Path


def draw(
    records: Records,
    rulebooks: Rulebooks,
    options: JudgingOptions,
    day: date,
    share: float,
    seed: int,
    out: Path,
) -> Drawn:
    """Draw the day's sample and write it into `out` as XLSX and PDF. The same sheet stays as it is;
    raises UsageError where another one lies, which an inspector may have filled in."""
    texts = load_texts("operations")
    tickets = tickets_of_day(records, day)
    sample = stratified_sample(tickets, share, seed)
    start, end = (midnight(d, records.zone) for d in (day, day + timedelta(days=1)))
    judged = judge(_only(records, sample), rulebooks, Period(start, end, end), options)
    sheet = Sheet(_rows(sample, judged, rulebooks, texts), day, len(tickets), seed, texts)
    workbook, printed = out / f"spot_checks_{day}.xlsx", out / f"spot_checks_{day}.pdf"
    out.mkdir(parents=True, exist_ok=True)
    lock = out / f".{workbook.stem}.lock"
    with one_at_a_time(lock, "somebody else draws this day's sample"):
        for left in out.glob(f".{workbook.stem}-*"):  # by a draw that was killed
            shutil.rmtree(left, ignore_errors=True)
        with TemporaryDirectory(prefix=f".{workbook.stem}-", dir=out) as folder:
            made, paper = Path(folder) / workbook.name, Path(folder) / printed.name
            write_workbook(sheet, made)
            if workbook.exists() and workbook.read_bytes() != made.read_bytes():
                raise UsageError(
                    f"{workbook}: another sheet of the day lies there, filled in or drawn "
                    "otherwise; move it away, or give another --out"
                )
            write_print(sheet, paper)
            os.replace(paper, printed)
            os.replace(made, workbook)
    return Drawn(sheet, workbook, printed)


def _only(records: Records, sample: pl.DataFrame) -> Records:
    """The records with no other tickets than the sample's."""
    chosen = sample.select("ticket_id").lazy()
    drawn = records["tickets"].join(chosen, on="ticket_id", how="semi", maintain_order="left")
    return records.with_tables({"tickets": drawn})


def _rows(
    sample: pl.DataFrame, judged: pl.DataFrame, rulebooks: Rulebooks, texts: Texts
) -> pl.DataFrame:
    """The printed columns of the sample, all text: codes as words, the governing verdicts in one
    cell."""
    titles = {rule.id: rule.title.zh for rule in rulebooks.rules}
    verdict_words = {verdict: texts.name("verdict", verdict) for verdict in VERDICTS}
    step = filled(
        "{} {}",
        pl.col("rule_id").replace_strict(titles),
        pl.col("verdict").replace_strict(verdict_words),
    )
    verdicts = (
        judged.filter("governing", pl.col("subject_type") == TICKET.name)
        .group_by(pl.col("subject_id").alias("ticket_id"), maintain_order=True)
        .agg(verdicts=step.str.join("；"))
    )
    return sample.select(
        "ticket_id",
        "department",
        "handler_id",
        _named("tier", texts),
        _named("kind", texts),
        pl.col("requested_at").dt.to_string("%Y-%m-%d %H:%M"),
    ).join(verdicts, on="ticket_id", how="left", maintain_order="left")


def _named(column: str, texts: Texts) -> pl.Expr:
    """The column's codes as words."""
    codes = TABLES["tickets"].by_name[column].values
    words = [texts.name(column, code) for code in codes]
    return pl.col(column).replace_strict(codes, words, default=texts.name(column, None))
