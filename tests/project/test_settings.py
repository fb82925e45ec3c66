"""The configuration file: its example, its errors, its secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from flows.settings import Settings, fingerprint, load_settings, parse_settings, redacted, secret
from flows.system.errors import UsageError

EXAMPLE = Path(__file__).parents[2] / "kelou.toml"
HERE = Path("kelou.toml")


def keys_of(model: type[BaseModel]) -> set[str]:
    return {
        f"{name}.{key}"
        for name, field in model.model_fields.items()
        for key in (field.annotation or BaseModel).model_fields
    }


def test_the_example_shows_the_defaults() -> None:
    assert load_settings(EXAMPLE) == Settings()


def test_the_example_documents_every_key_and_its_optional_values_are_valid() -> None:
    text = re.sub(r"^# (\w+ = )", r"\1", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    given = parse_settings(text, HERE)
    written = {
        f"{section}.{key}"
        for section in given.model_fields_set
        for key in getattr(given, section).model_fields_set
    }
    assert written == keys_of(Settings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "[judging]\n\nring_cycle_seconds = 0\n",
            ["kelou.toml:3", "judging.ring_cycle_seconds", "greater than 0"],
        ),
        (
            "[judging]\nringcycle = 5\n",
            ["kelou.toml:2", "unknown key judging.ringcycle", "ring_cycle_seconds"],
        ),
        ("[judgement]\n", ["kelou.toml:1", "unknown key judgement", "allowed here", "judging"]),
        ('[time]\nzone = "Beijing"\n', ["kelou.toml:2", "time.zone", "Asia/Shanghai", "'Beijing'"]),
        (
            '[inputs]\nabsent = [\n "chat",\n]\n',
            ["kelou.toml:2", "inputs.absent", "not a table", "chats"],
        ),
        ('judging.governing_order = ["TC", "TC"]\n', ["kelou.toml:1", "twice"]),
        ('[lake]\npath = "s3://key:pass@bucket/lake"\n', ["kelou.toml:2", "environment"]),
        ('[alerts]\nto = ["mailto://me:pw@host"]\n', ["kelou.toml:2", "alerts.to"]),
        (
            '[report]\nnumber = "KL-{day}"\n',
            ["kelou.toml:2", "report.number", "{year} and {month}"],
        ),
        ('[report]\nfonts = ["A\'; }"]\n', ["kelou.toml:2", "report.fonts"]),
        (
            "[report]\nremedy_days = { minor = 0 }\n",
            ["kelou.toml:2", "remedy_days.minor", "greater than"],
        ),
        ("[time\n", ["kelou.toml", "not valid TOML", "line 1"]),
    ],
)
def test_an_error_names_line_key_and_remedy(text: str, words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse_settings(text, HERE)
    message = str(caught.value)
    assert [word for word in words if word not in message] == [], message
    assert message.count("\n") <= 1


def test_a_password_in_the_wrong_place_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        parse_settings('[alerts]\nto = ["mailto://me:hunter2@host"]\n', HERE)
    assert "hunter2" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.toml"):
        load_settings(tmp_path / "nothing.toml")


def test_equal_settings_have_equal_fingerprints_whatever_their_writing() -> None:
    stated = '[time]\nzone = "Asia/Shanghai"\n[thresholds]\ntarget_rate = 0.9\n'
    one = parse_settings(stated, HERE)
    two = parse_settings("[thresholds]\ntarget_rate = 0.90\n", HERE)
    assert fingerprint(one) == fingerprint(two) != fingerprint(Settings())


def test_a_secret_is_found_by_reference_and_never_in_the_redacted_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KELOU_TEST_SECRET", "hunter2")
    settings = parse_settings('[alerts]\nto = ["env:KELOU_TEST_SECRET"]\n', HERE)
    assert secret(settings.alerts.to[0]) == "hunter2"
    assert "hunter2" not in str(redacted(settings))
    monkeypatch.delenv("KELOU_TEST_SECRET")
    with pytest.raises(UsageError, match="KELOU_TEST_SECRET is not set"):
        secret(settings.alerts.to[0])
