"""Identifiers and numbers: what software puts around them goes, what it rounded names nobody."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.records.parsing.identifiers import identifiers
from tests.ingest.conftest import Read
from tests.long import examples

HEAD = "call_id,direction,started_at,number,customer_id\n"


def named(*texts: str | None) -> list[tuple[str | None, bool]]:
    return identifiers(pl.Series(texts, dtype=pl.String)).rows()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("C1", "C1"),
        ("'C1", "C1"),
        ('="C1"', "C1"),
        ('\'="C1"', "C1"),
        ('=" C1 "', "C1"),
        ("\u200bC1\u200e", "C1"),
        ("\u202dC1\u202c", "C1"),
        ("\ufeffC1", "C1"),
        ("Ｃ１", "C1"),
        ("1001.0", "1001"),
        ("1001.00", "1001"),
        ('="13911112222.0"', "13911112222"),
        ("0012", "0012"),
        ("00.0", "00"),
        ("sip:1001@10.0.0.5", "sip:1001@10.0.0.5"),
        ("+86 139-1111-2222", "+86 139-1111-2222"),
        ("1001.5", "1001.5"),
        ("V1.0", "V1.0"),
        ("2E17", "2E17"),
        ("1E-05", "1E-05"),
        ("1.3922223333E+10", "13922223333"),
        ("1.3922223333e10", "13922223333"),
        ("1.392222333300E+10", "13922223333"),
        ("9007199254740991.0", "9007199254740991"),
    ],
)
def test_what_an_identifier_is(text: str, value: str) -> None:
    assert named(text) == [(value, False)]


@pytest.mark.parametrize(
    "text",
    [
        "1.39E+10",
        "1.39e+10",
        "1,39E+10",
        "13.9E+9",
        "2E+17",
        "2.0261E+17",
        "1.39E10",
        "'1.39E+10",
        '="1.39E+10"',
        "9007199254740992.0",
        "1.3922223333E+09",
        "2.02610121234567890E+17",
        "1.5E+999",
    ],
)
def test_digits_that_are_lost(text: str) -> None:
    assert named(text) == [(None, True)]


def test_nothing_but_guards_is_empty() -> None:
    assert named(None, "'", '=""', "\u200b") == [(None, False)] * 4


@settings(deadline=None, max_examples=examples(150))
@given(
    st.lists(
        st.none() | st.text("'=\"0123456789.,eE+-CＣ\u200b ", max_size=14) | st.text(max_size=8),
        max_size=10,
    )
)
def test_any_text_is_an_identifier_or_rounded_or_nothing(texts: list[str | None]) -> None:
    stripped = [text.strip() or None if text else None for text in texts]
    found = named(*stripped)
    assert found == [named(text)[0] for text in stripped]
    # Blanks as Unicode has them: Python takes the separators U+001C to U+001F for blanks as well
    values = pl.Series([value for value, _ in found if value is not None], dtype=pl.String)
    assert (values == values.str.strip_chars()).all() and (values != "").all()
    assert all(value is None for value, rounded in found if rounded)


def test_rounded_cells_are_kept_apart_from_empty_ones(read: Read) -> None:
    text = (
        HEAD + "K1,in,2026-10-03 09:05:00,1.39E+10,\n1.39E+10,in,2026-10-03 09:05:00,,\nK3,in,"
        "2026-10-03 09:05:00,,\n"
    )
    intake = read({"calls.csv": text})
    assert intake.records["calls"].select(
        "call_id", "number", "number_unreadable"
    ).collect().rows() == [
        ("K1", None, True),
        ("K3", None, False),
    ]
    assert intake.issues.select("row", "column", "value", "reason").rows() == [
        (2, "number", "1.39E+10", "rounded")
    ]
    assert intake.quarantine.select("row", "column", "value", "reason").rows() == [
        (3, "call_id", "1.39E+10", "rounded")
    ]


def test_numbers_of_typed_sources(read: Read, tmp_path: Path) -> None:
    large, single = (
        pl.Series([2.0**53, 13911112222.0, None]),
        pl.Series([13911112222.0, 1001.0, None], dtype=pl.Float32),
    )
    frame = pl.DataFrame(
        {"call_id": [1001.0, 1002.0, 1003.0], "number": large, "customer_id": single}
    )
    times = {"direction": pl.lit("in"), "started_at": pl.lit("2026-10-03 09:05:00")}
    frame.with_columns(**times).write_parquet(tmp_path / "calls.parquet")
    columns = ("call_id", "number", "number_unreadable", "customer_id", "customer_id_unreadable")
    assert read({}).records["calls"].select(columns).collect().rows() == [
        ("1001", None, True, None, True),
        ("1002", "13911112222", False, "1001", False),
        ("1003", None, False, None, False),
    ]


def test_numbers_of_json_are_read_as_they_are_written(read: Read) -> None:
    calls = [
        ("1001.0", "1.39e10"),
        ("202610121234567890", "90071992547409930.0"),
        ('"K3"', "13911112222.0"),
    ]
    lines = [
        f'{{"call_id": {i}, "direction": "in", "started_at": 1790989500.0, "number": {n}}}'
        for i, n in calls
    ]
    columns = ("call_id", "number", "number_unreadable", "started_at_precision")
    want = [
        ("1001", None, True, 0),
        ("202610121234567890", None, True, 0),
        ("K3", "13911112222", False, 0),
    ]
    for text in ("\n".join(lines), "[" + ",".join(lines) + "]"):
        assert read({"calls.json": text}).records["calls"].select(columns).collect().rows() == want
