"""What an audit is made of: rules, records, what was validated in them, earlier closings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from checks.concepts import Period
from checks.numbers.validation import Validation
from flows.audit.data_source import DataSource, read_data_source
from flows.audit.gate import pass_gate as pass_gate
from flows.audit.history import History, history_of
from flows.audit.selection import Selection
from flows.audit.validation import validate as validate_records
from flows.ingest import Intake, options_of
from flows.ingest.sessions import with_sessions
from flows.law.rulebooks import LoadedRulebooks, rulebooks_of
from flows.law.suites import load_suites
from flows.settings import Settings
from flows.system.subprocesses import run_in_subprocess


def load_rules(settings: Settings) -> LoadedRulebooks:
    """The rulebooks in force, the company's own included. Raises UsageError."""
    return rulebooks_of(settings)


def ingest(source: DataSource, settings: Settings, period_end: datetime | None = None) -> Intake:
    """The records of a data folder or a lake in canonical form, every row accounted for, chats by
    sessions.

    `period_end`: of what is asked about; an event long after it is unreadable.

    Raises InputError.
    """
    gap = load_rules(settings).rulebooks.parameters.session_gap
    return with_sessions(read_data_source(source, settings, period_end), gap)


def compare_with(
    source: DataSource,
    period: Period,
    settings: Settings,
    selection: Selection,
    only: Sequence[str] | None,
) -> History:
    """The earlier closings that a whole run is compared with; a part of the obligations is compared
    with none."""
    return History() if selection != Selection() else history_of(source, period, settings, only)


def validate(intake: Intake, folder: Path, period: Period, settings: Settings) -> Validation:
    """What Great Expectations finds in the records; failing rows go into the run's folder.

    Apart: it takes seconds in Python alone, so that judging need not wait for it.
    """
    shown, rulebooks = settings.report.show_personal_data, load_rules(settings).rulebooks
    return run_in_subprocess(
        validate_records,
        intake.records,
        intake.provided,
        folder,
        period=period,
        show_personal=shown,
        events=options_of(settings).events,
        suites=load_suites(rulebooks),
        subjects=rulebooks.subjects,
    )
