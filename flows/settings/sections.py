"""The keys of kelou.toml, section by section; kelou.toml at the root of the project documents each
of them.

Secrets never stand in the file: a key that needs one holds a reference, `env:NAME` or
`prefect:BLOCK`.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from checks.concepts import REGULATIONS
from checks.gate import Kind
from checks.judging.governing import Governing
from checks.records.tables import TABLES
from flows.settings.sources import SecretReference, SourceSettings, TableAliases
from flows.system.languages import languages

Share = Annotated[float, Field(gt=0, le=1)]
Portion = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("not a time zone; write for example Asia/Shanghai") from error
    return name


def _table(name: str) -> str:
    if name not in TABLES:
        raise ValueError(f"not a table; allowed: {', '.join(TABLES)}")
    return name


TableName = Annotated[str, AfterValidator(_table)]


def _once(order: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(order)) < len(order):
        raise ValueError("names a regulation twice")
    return order


def _language(name: str) -> str:
    known = (*languages(), "both")
    if name not in known:
        raise ValueError(f"no language of the report; allowed: {', '.join(known)}")
    return name


def _address(text: str) -> str:
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ValueError("holds a password; put credentials into the environment")
    return text


def _number(pattern: str) -> str:
    try:
        pattern.format(year="2026", month="10")
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ValueError("only {year} and {month} may stand in braces") from error
    return pattern


FontFamily = Annotated[str, Field(pattern=r"^[\w .-]+$")]
WorkingDays = Annotated[int, Field(ge=1, le=250)]


class Time(Section):
    zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    closing_hour: time | None = None


class Judging(Section):
    governing: Governing = "strictest"
    governing_order: Annotated[tuple[str, ...], AfterValidator(_once)] = REGULATIONS
    regulations: Annotated[tuple[str, ...], AfterValidator(_once), Field(min_length=1)] | None = (
        None
    )
    ring_cycle_seconds: Annotated[int, Field(gt=0, le=60)] = 5
    calendars: tuple[Path, ...] = (Path("calendars"),)
    company_calendar: Path | None = None
    rulebooks: Path | None = None
    phrases: Path | None = None


class Thresholds(Section):
    target_rate: Share | None = None
    warning: Share | None = None
    spot_check_share: Share | None = None


class Inputs(Section):
    absent: Annotated[frozenset[TableName], PlainSerializer(sorted)] = frozenset()
    empty: tuple[str, ...] = ()
    empty_identifiers: tuple[str, ...] = ()
    earliest: date | None = None
    aliases: dict[TableName, TableAliases] = {}
    sources: dict[str, SourceSettings] = {}


class Tolerated(Section):
    quarantined: Portion = 0.0
    outside_period: Portion = 0.0
    superseded: Portion = 0.0


class Gate(Section):
    stop: tuple[Kind, ...] = ()
    tolerated: Tolerated = Tolerated()


class RemedyDays(Section):
    critical: WorkingDays = 5
    major: WorkingDays = 10
    minor: WorkingDays = 15


class Report(Section):
    company: str = ""
    number: Annotated[str, AfterValidator(_number)] = "KL-{year}-{month}"
    report_date: date | None = None
    profiles: tuple[
        Literal["inspection", "timeliness", "reception-inspection", "reception-summary"], ...
    ] = ("inspection",)
    language: Annotated[str, AfterValidator(_language)] = "zh"
    show_personal_data: bool = False
    mask_staff: bool = False
    department_names: dict[str, str] = {}
    signatories: dict[str, str] = {}
    remedy_days: RemedyDays = RemedyDays()
    fonts: tuple[FontFamily, ...] = ()


class Lake(Section):
    path: Annotated[str, AfterValidator(_address)] | None = None
    keep_raw_days: Annotated[int, Field(ge=31)] = 1096


class Signing(Section):
    certificate: Path | None = None
    password: SecretReference | None = None
    timestamp: Annotated[str, AfterValidator(_address)] | None = None
    trusted: Path | None = None


class Schedules(Section):
    data: Path | None = None
    out: Path = Path("kelou-runs")
    working_day: Annotated[int, Field(ge=1, le=15)] = 3
    ingest_at: time = time(1, 0)
    inspection_at: time = time(2, 0)
    watch_every_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    spot_check_at: time = time(17, 0)
    summary_weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    summary_at: time = time(8, 0)


class Pages(Section):
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$"), AfterValidator(_address)] | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 4280
    token: SecretReference = "env:KELOU_PAGES_TOKEN"
    certificate: Path | None = None
    key: Path | None = None


class Alerts(Section):
    to: tuple[SecretReference, ...] = ()
    emergency_group: tuple[SecretReference, ...] = ()
    departments: dict[str, SecretReference] = {}


class Cluster(Section):
    scheduler: Annotated[str, AfterValidator(_address)] | None = None
    parts: Annotated[int, Field(ge=1, le=1024)] = 8


class Settings(Section):
    """Everything that can be configured. Frozen; holds no secret."""

    time: Time = Time()
    judging: Judging = Judging()
    thresholds: Thresholds = Thresholds()
    inputs: Inputs = Inputs()
    gate: Gate = Gate()
    report: Report = Report()
    lake: Lake = Lake()
    signing: Signing = Signing()
    schedules: Schedules = Schedules()
    pages: Pages = Pages()
    alerts: Alerts = Alerts()
    cluster: Cluster = Cluster()
