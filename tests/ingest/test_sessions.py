"""Chats in the order of their sessions say the same, however many are sorted at a time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from checks.subjects.sessions import MARKS, parts, sessions
from flows.ingest import read_folder
from flows.ingest.sessions import with_sessions

SAMPLE = Path(__file__).parents[2] / "sample_data"
GAP = timedelta(hours=6)


@pytest.fixture(scope="module")
def chats() -> pl.LazyFrame:
    return read_folder(SAMPLE).records["chats"]


@pytest.mark.parametrize("at_once", [100, 1_000_000])
def test_portions_number_sessions_alike(chats: pl.LazyFrame, at_once: int) -> None:
    # Kept: what is staged on disk goes with it
    intake = with_sessions(read_folder(SAMPLE), GAP, at_once)
    told = intake.records["chats"].collect()
    alone = sessions(chats, GAP).collect()
    kept = [name for name in alone.columns if name != "run"]
    assert told.sort("message_id").select(kept).equals(alone.sort("message_id").select(kept))
    # The runs' numbers differ, but part the same messages.
    for run in (told, alone):
        assert (
            run.group_by("run")
            .agg(pl.struct("conversation_id", "session").n_unique())["conversation_id"]
            .to_list()
            == [1] * run["run"].n_unique()
        )
    assert told["run"].n_unique() == alone["run"].n_unique()


def test_parts_are_whole_conversations_and_all_of_them() -> None:
    intake = with_sessions(read_folder(SAMPLE), GAP, 100)
    told = intake.records["chats"]
    found = [part.collect() for part in parts(told)]
    assert len(found) > 1
    assert (
        sum(part["conversation_id"].n_unique() for part in found)
        == told.collect()["conversation_id"].n_unique()
    )
    assert pl.concat(found).equals(told.collect())


def test_chats_without_marks_are_one_part(chats: pl.LazyFrame) -> None:
    (part,) = parts(chats)
    assert part.collect().equals(chats.collect())


def test_marks_are_taken_over_and_hold_for_what_came_before_an_instant(chats: pl.LazyFrame) -> None:
    told = with_sessions(read_folder(SAMPLE), GAP).records["chats"]
    middle = chats.select(pl.col("sent_at").median()).collect().item()
    until = pl.col("sent_at") <= middle
    before = sessions(told.filter(until), GAP).collect()
    again = sessions(chats.filter(until), GAP).collect()
    kept = ["message_id", *(mark for mark in MARKS if mark != "run")]
    assert before.sort("message_id").select(kept).equals(again.sort("message_id").select(kept))
