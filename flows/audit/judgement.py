"""Judging the records, and what the obligations and the records add up to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Final

import polars as pl

from checks.closing.facts import in_memory
from checks.completeness.rates import completeness
from checks.concepts import Period
from checks.conduct import conduct
from checks.judging import judge_in_portions
from checks.law.rulebook import Rulebooks
from checks.numbers.intake import RowAccounting
from checks.numbers.whole import Metrics, Sections
from checks.reconciliation import reconcile
from checks.reconciliation.own_figures import counted as own_counted
from checks.reconciliation.own_figures import own_figures
from checks.results.findings import findings as findings_of
from checks.results.metrics import Closing, case_files, metrics, people, with_findings
from checks.results.metrics.indicators import indicators
from checks.results.register import counts, register
from checks.suspicions import signals
from checks.unwatched import Seen, unwatched
from flows.archive.obligations import scan_obligations
from flows.archive.obligations import write_obligations as write
from flows.archive.run_folder import OBLIGATIONS
from flows.audit.gate import pass_gate as pass_gate
from flows.audit.history import History
from flows.audit.quality import quality_of
from flows.audit.selection import Selection
from flows.ingest import Intake
from flows.law.judging_options import judging_options
from flows.law.phrasebook import load_phrasebook
from flows.law.suites import load_checks
from flows.report.words.privacy import (
    CONDUCT_WORDS,
    FINDING_WORDS,
    REGISTER_WORDS,
    metrics_masked,
    words_masked,
)
from flows.settings import Settings

HELD: Final = 2_000_000
"""Rows of a month whose obligations wait in memory to be written; they take about as many bytes as
the rows themselves do as text."""
IN_MEMORY: Final = 20_000_000
"""Obligations that are counted in memory; of more, what is counted lies on disk."""


@dataclass(frozen=True)
class Judged:
    """What was judged: the closing, its findings, findings of conduct (checks.conduct.FINDINGS),
    the register of both and everything else (checks.results.register.REGISTER), its numbers, and
    the cases that the service system judges itself (checks.reconciliation.own_figures)."""

    closing: Closing
    findings: pl.DataFrame
    conduct: pl.DataFrame
    register: pl.DataFrame
    metrics: Metrics
    own_figures: pl.DataFrame | None = None


def judge_records(
    intake: Intake, rulebooks: Rulebooks, period: Period, settings: Settings, selection: Selection
) -> pl.LazyFrame:
    """Every obligation in scope, decided as of the cutoff, in order of the rules; those of a long
    month are on disk."""
    long = sum(source.rows for source in intake.sources) > HELD
    parts = judge_in_portions(intake.records, rulebooks, period, judging_options(settings))
    kept = [
        (place, intake.staging.put(part.lazy()) if long else part.lazy()) for place, part in parts
    ]
    return selection.of(pl.concat(part for _, part in sorted(kept, key=itemgetter(0))))


def write_obligations(folder: Path, obligations: pl.LazyFrame) -> pl.LazyFrame:
    """Written as soon as judged; what follows reads them from the run's folder, so that memory is
    free for it."""
    path = folder / OBLIGATIONS
    write(path, obligations)
    return scan_obligations(path)


def measure(
    intake: Intake,
    rulebooks: Rulebooks,
    period: Period,
    settings: Settings,
    obligations: pl.LazyFrame,
    history: History,
) -> Judged:
    """Findings and every number that the report prints, but what validation found."""
    calendar = judging_options(settings).calendar
    many = obligations.select(pl.len()).collect(engine="streaming").item() > IN_MEMORY
    keep = intake.staging.put if many else in_memory
    governing = settings.judging.governing
    closing = Closing(
        obligations, rulebooks, intake.records, intake.provided, period, calendar, keep, governing
    )
    said, records = examine(intake, rulebooks, period, settings, obligations, history)
    seen = Seen(closing)
    own = own_figures(closing)
    records = replace(
        records,
        unwatched=unwatched(seen),
        indicators=indicators(seen),
        own_figures=None if own is None else own_counted(own),
    )
    counted = metrics(closing, records)
    found = findings_of(closing, history.findings)
    entries = register(closing, found, said, counted, load_checks(rulebooks), history.register)
    shown = settings.report.show_personal_data
    cases = case_files(closing, found)
    names = {} if settings.report.mask_staff else people(closing)
    numbers = replace(
        with_findings(counted, found, history.metrics, cases, names), register=counts(entries)
    )
    return Judged(
        closing,
        words_masked(found, FINDING_WORDS, shown),
        words_masked(said, CONDUCT_WORDS, shown),
        words_masked(entries, REGISTER_WORDS, shown),
        metrics_masked(numbers, shown),
        own,
    )


def examine(
    intake: Intake,
    rulebooks: Rulebooks,
    period: Period,
    settings: Settings,
    obligations: pl.LazyFrame,
    history: History,
) -> tuple[pl.DataFrame, Sections]:
    """What the records themselves show: findings of conduct, and the sections of the metrics."""
    phrases = load_phrasebook(settings.judging.phrases, rulebooks)
    gap = rulebooks.parameters.session_gap
    said, manners = conduct(intake.records, phrases, period, gap)
    archives = rulebooks.topics_that(lambda topic: topic.archives)
    bound = any(rule.topic in archives for rule in rulebooks.rules)
    before = max(history.metrics, key=lambda closing: closing.period.from_, default=None)
    return said, Sections(
        accounting={t: RowAccounting(**counts) for t, counts in intake.accounting.items()},
        quality=quality_of(intake),
        restatements=history.restatements,
        completeness=completeness(
            intake.records,
            intake.provided,
            load_checks(rulebooks),
            period,
            obligations.filter(pl.col("topic").is_in(archives)) if bound else None,
            before.completeness if before else None,
        ),
        conduct=manners,
        signals=signals(intake.records, obligations, rulebooks, period),
        reconciliation=reconcile(
            intake.records, period, rulebooks, judging_options(settings).calendar
        ),
    )
