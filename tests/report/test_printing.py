"""Whatever a record holds becomes text that can be printed; personal data are masked; formulas stay
text."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from checks.text.masking import mask_name, mask_text
from flows.report.findings_csv import write_findings_csv
from flows.report.words.options import ReportOptions
from flows.report.words.printable import MAX_LENGTH, Printable
from tests.report.world import october_world


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678，急", "电话138******78，急"),
        ("+86 138-1234-5678", "138******78"),
        ("座机 0755-12345678", "座机 075*******78"),
        ("客服400-123-4567", "客服400*****67"),
        ("１３８１２３４５６７８", "138******78"),
        ("li.si@example.com", "l***@example.com"),
        ("GD20261013812345678", "GD20261013812345678"),
        ("订单 138123456789012", "订单 138123456789012"),
        ("2026-10-14 09:05:30", "2026-10-14 09:05:30"),
        ("机器人第3轴报警", "机器人第3轴报警"),
    ],
)
def test_phone_numbers_and_addresses_are_masked_and_nothing_else(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_names_keep_their_first_character() -> None:
    assert [mask_name(name) for name in ("王小明", "李雷", "陈", "Alexander")] == [
        "王**",
        "李*",
        "*",
        "A**",
    ]


def test_an_authorised_run_shows_personal_data() -> None:
    assert Printable(show_personal=True).free("13812345678") == "13812345678"
    assert Printable().free("13812345678") == "138******78"


@pytest.mark.parametrize(
    ("text", "ink"),
    [
        ("换\n行\t和　空格", "换 行 和 空格"),
        ("喂😀", "喂〔U+1F600〕"),
        ("ab\u202ecd", "ab〔U+202E〕cd"),
        ("零\u200b宽", "零〔U+200B〕宽"),
        ("\x00", "〔U+0000〕"),
        ("שלום", "〔U+05E9〕〔U+05DC〕〔U+05D5〕〔U+05DD〕"),
        ("龘靐齉", "龘靐齉"),
        ("{{ 7*7 }} <b>&amp;", "{{ 7*7 }} <b>&amp;"),
    ],
)
def test_what_cannot_be_drawn_is_replaced_visibly(text: str, ink: str) -> None:
    printable = Printable()
    assert printable.text(text) == ink
    assert printable.replaced == ink.count("〔")


def test_long_texts_are_cut_and_say_so() -> None:
    printable = Printable()
    assert printable.text("长" * 10_000) == "长" * MAX_LENGTH + f"…(+{10_000 - MAX_LENGTH:,})"
    assert printable.shortened == 1


@pytest.mark.parametrize(
    ("start", "written"),
    [
        *((start, f"'{start}") for start in "=+-@\t\n＝＋－＠"),
        ("\r", "\\x0d"),
        ("\r\n", "'\n"),
        ("\0=", "\\x00="),
    ],
)
def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path, start: str, written: str) -> None:
    found = october_world(60).findings.with_columns(response=pl.lit(f"{start}cmd|' /C calc'!A0"))
    write_findings_csv(tmp_path / "f.csv", found)
    again = pl.read_csv(tmp_path / "f.csv", infer_schema=False)
    assert all(value.startswith(f"{written}cmd") for value in again["response"])


@pytest.mark.parametrize("value", ["-5", "+0.5", "12"])
def test_a_number_in_words_stays_as_it_is(tmp_path: Path, value: str) -> None:
    found = october_world(60).findings.with_columns(response=pl.lit(value))
    write_findings_csv(tmp_path / "f.csv", found)
    assert set(pl.read_csv(tmp_path / "f.csv", infer_schema=False)["response"]) == {value}


def test_the_csv_is_one_that_spreadsheets_open(tmp_path: Path) -> None:
    found = october_world(60).findings
    content = write_findings_csv(tmp_path / "f.csv", found).read_bytes()
    assert content.startswith(b"\xef\xbb\xbffinding_id,")
    assert content.count(b"\r\n") == found.height + 1
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_agents_can_be_masked_in_the_csv(tmp_path: Path) -> None:
    found = october_world(60).findings
    write_findings_csv(tmp_path / "f.csv", found, ReportOptions(mask_staff=True))
    assert set(pl.read_csv(tmp_path / "f.csv")["responsible"]) <= {"S**", None}
