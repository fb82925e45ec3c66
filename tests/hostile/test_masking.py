"""The one masker: every form of personal data goes, nothing else does, in a time that grows with
the text alone."""

from __future__ import annotations

import polars as pl
import pytest

from checks.numbers.base import Title
from checks.text.masking import mask_column, mask_text, mask_values
from tests.hostile.personal import KINDS, ORDINARY, PLANTED, bare, generated


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "around",
    ["{}", "请回电{}，谢谢", "{}\n{}", "A:{};", "{} 2026-10-14 09:05:30", "工单GD202610-00151 {}"],
)
def test_no_form_of_personal_data_is_left(kind: str, around: str) -> None:
    left = [form for form in KINDS[kind] if bare(form) in mask_text(around.replace("{}", form))]
    assert left == []


@pytest.mark.parametrize("kind", GENERATED := generated(1000))
def test_no_value_of_a_thousand_is_left(kind: str) -> None:
    shown = [(value, mask_text(f"请回电：{value}，谢谢")) for value in GENERATED[kind]]
    assert [value for value, text in shown if value in text] == []


@pytest.mark.parametrize("text", ORDINARY)
def test_times_numbers_of_tickets_and_counts_stay(text: str) -> None:
    assert mask_text(text) == text
    assert mask_text(f"回复：{text}。") == f"回复：{text}。"


def test_what_stands_around_stays_as_it_was_written() -> None:
    assert mask_text("（电话）１３８００００１２３４、请　回") == "（电话）138******34、请　回"
    assert mask_text("请联系zhang@x.cn或138 0000 1234转2") == "请联系z***@x.cn或138******34转2"


def test_masking_what_is_masked_changes_nothing() -> None:
    once = [mask_text(form) for form in PLANTED]
    assert [mask_text(form) for form in once] == once


def test_columns_are_masked_like_texts() -> None:
    texts = [*PLANTED, *ORDINARY, *(f"前{form}后" for form in PLANTED), None]
    frame = pl.DataFrame({"said": texts}, schema={"said": pl.String})
    masked = frame.lazy().select(mask_column("said")).collect(engine="streaming")["said"].to_list()
    assert masked == [None if text is None else mask_text(text) for text in texts]


def test_words_are_masked_wherever_they_stand_and_identifiers_stay() -> None:
    told = {
        "reason": "找13800000001",
        "13900000002": ["a@b.cn", 13800000003],
        "subject_id": "13800000001",
        "n": None,
    }
    assert mask_values(told, frozenset({"subject_id"})) == {
        "reason": "找138******01",
        "139******02": ["a***@b.cn", 13800000003],
        "subject_id": "13800000001",
        "n": None,
    }
    title = Title(zh="找13800000001", en="13800000001")
    assert mask_values([title], frozenset({"en"})) == [Title(zh="找138******01", en="13800000001")]


@pytest.mark.parametrize(
    "part",
    ["1", "138 ", "138.0000.000", "a@", "0755-8", "(+86", "粤B1", "一三", "4403011990", "@a.b "],
)
def test_a_cell_of_megabytes_is_masked_in_one_go(part: str) -> None:
    """Of a masker that looks at a text once for each of its characters this would not see the
    end."""
    text = part * (400_000 // len(part))
    assert len(mask_text(text)) > 40_000
