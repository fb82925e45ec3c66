"""The model of metrics.json: what it writes, what it reads of earlier closings, and its schema."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from pydantic_core import PydanticSerializationError

from checks.closing.rates import rate
from checks.numbers.closings import Approval
from checks.numbers.plain import NotNumbers, from_json, json_schema, plain, to_json
from checks.numbers.whole import Metrics
from flows.archive.run_folder import json_text, read_metrics
from flows.audit.gate import gate_of
from flows.audit.history import History
from flows.audit.selection import Selection
from flows.audit.stages import PlainStages
from flows.audit.validation import validate
from flows.ingest import Intake
from flows.settings import Settings
from flows.system.errors import InputError
from tests.numbers.frames import OCTOBER, rulebooks

SAMPLE = Path(__file__).parents[2] / "sample_data"


def _metrics(intake: Intake) -> Metrics:
    """All that an audit writes into metrics.json."""
    settings, books = Settings(), rulebooks()
    judged = PlainStages.judge_records(intake, books, OCTOBER, settings, Selection())
    kept = judged.collect().lazy()
    found = PlainStages.measure(intake, books, OCTOBER, settings, kept, History())
    return replace(
        found.metrics,
        gate=gate_of(intake, books, OCTOBER, settings).section(),
        validation=validate(intake.records, intake.provided, period=OCTOBER),
    )


@pytest.fixture(scope="module")
def sample() -> Metrics:
    return _metrics(PlainStages.ingest(SAMPLE, Settings()))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Metrics:
    """A month of which every table has its columns and no row."""
    folder = tmp_path_factory.mktemp("empty")
    for table in SAMPLE.glob("*.csv"):
        heading = table.read_text("utf-8-sig").splitlines()[0]
        (folder / table.name).write_text(heading + "\n", "utf-8")
    return _metrics(PlainStages.ingest(folder, Settings()))


@pytest.fixture
def content(sample: Metrics) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json_text(to_json(sample)))
    return written


def test_the_shipped_schema_is_that_of_the_model() -> None:
    shipped = (files("checks.numbers") / "schema.json").read_text("utf-8")
    assert json.loads(shipped) == json_schema()


@pytest.mark.parametrize("month", ["sample", "empty"])
def test_what_is_written_is_as_the_schema_says(month: str, request: pytest.FixtureRequest) -> None:
    written = json.loads(json_text(to_json(request.getfixturevalue(month))))
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(written, schema)
    assert written["headline"]["timeliness"]["denominator"] == (0 if month == "empty" else 2007)


@pytest.mark.parametrize("month", ["sample", "empty"])
def test_what_was_written_is_read_and_written_again_byte_for_byte(
    month: str, request: pytest.FixtureRequest
) -> None:
    made = request.getfixturevalue(month)
    text = json_text(to_json(made))
    assert from_json(json.loads(text)) == made
    assert json_text(to_json(from_json(json.loads(text)))) == text


def test_every_section_says_what_it_means() -> None:
    found = json_schema()["$defs"].items()
    assert [name for name, told in found if "description" not in told] == []


def test_sections_come_in_the_order_of_the_model(content: dict[str, Any]) -> None:
    assert list(content)[:4] == ["schema_version", "period", "calendar", "headline"]
    assert list(content)[-2:] == ["gate", "validation"]
    assert list(content["by_department"][0])[-3:] == ["interval", "rank", "tc_timeliness"]
    assert list(content["heat"][0])[:3] == ["weekday", "hour", "numerator"]


def test_what_is_open_is_left_out(sample: Metrics) -> None:
    assert {"approval", "objections"}.isdisjoint(to_json(sample))
    approved = replace(sample, approval=Approval(by="张总", at="2026-11-05T00:00:00", note=""))
    assert to_json(approved)["approval"]["by"] == "张总"


def test_keys_that_an_older_closing_lacks_have_their_default(content: dict[str, Any]) -> None:
    del content["quality"]["later_export"], content["validation"], content["signals"]
    found = from_json(content)
    assert found.quality.later_export == ()
    assert found.validation is None and found.signals is None


def test_what_is_not_as_the_schema_says_is_refused_with_its_place(content: dict[str, Any]) -> None:
    with pytest.raises(NotNumbers, match=r"^headline\.new: is a key that this program does not"):
        from_json({**content, "headline": {**content["headline"], "new": 1}})
    with pytest.raises(NotNumbers, match=r"^backlog\.by_age\.0\.pending: .*integer"):
        content["backlog"]["by_age"][0]["pending"] = "many"
        from_json(content)
    with pytest.raises(NotNumbers, match=r"^heat: is missing$"):
        from_json({key: value for key, value in content.items() if key != "heat"})


def test_a_closing_of_another_version_is_refused(content: dict[str, Any], tmp_path: Path) -> None:
    older = json_text({**content, "schema_version": "1.0"})
    (tmp_path / "metrics.json").write_text(older, "utf-8")
    with pytest.raises(InputError, match=r"schema_version: '1\.0' instead of 2\.0"):
        read_metrics(tmp_path)


def test_the_bytes_of_a_name_that_are_no_text_stay(sample: Metrics) -> None:
    name = "通话\udcff.csv"
    made = replace(sample, quality=replace(sample.quality, unread=(name,)))
    assert from_json(to_json(made)).quality.unread == (name,)
    days = replace(sample.analyses.contacts.by_day[0], channels={name: 1})
    assert plain(days)["channels"] == {name: 1}


def test_what_is_not_of_its_type_is_not_published() -> None:
    wrong: Any = pl.Series([1])
    with pytest.raises(PydanticSerializationError):
        plain(replace(rate(1, 2), numerator=wrong))
