"""What several rooms' tests share."""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
from pathlib import Path
from typing import Final

import pytest

LONGEST: Final = (
    "operations/test_server.py",
    "project/test_changes.py",
    "closing/test_year.py",
    "report/test_pdf.py",
    "operations/test_killed.py",
    "project/test_program.py",
    "project/test_outside.py",
    "closing/test_verify.py",
    "project/test_reuse.py",
    "report/test_interactive.py",
    "ingest/test_instants.py",
    "timeliness/test_cases.py",
)
"""Files that begin first: each is run by one worker, and one that begins last is waited for."""


def pytest_configure(config: pytest.Config) -> None:
    """Begin to import what audits' helping processes need, unless this process only hands out
    tests."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        multiprocessing.set_forkserver_preload(["tests.preloaded"])
        multiprocessing.forkserver.ensure_running()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    first = {tests / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.path, len(first)))


SMALL_WORLD = {
    "customers": "customer_id,tier\nC1,core\n",
    "calls": "call_id,direction,started_at,answered_at,ended_at,rings,customer_id\n"
    "K1,inbound,2026-10-14 09:00:00,2026-10-14 09:00:10,2026-10-14 09:05:00,2,C1\n",
    "chats": "message_id,conversation_id,sent_at,sender,text,customer_id\n"
    "M1,H1,2026-10-14 09:00:00,customer,机器人停了,C1\nM2,H1,2026-10-14 09:01:00,agent,"
    "您好，马上处理,C1\n",
    "tickets": "ticket_id,kind,opened_at,recorded_at,responded_at,solved_at,severity,customer_id,"
    "handler_id,department\n"
    "T1,fault,2026-10-14 09:00:00,2026-10-14 09:00:00,,,emergency,C1,S1,技术支持部\n",
}


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one call, one chat and one open ticket."""
    folder = tmp_path_factory.mktemp("data")
    for table, text in SMALL_WORLD.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder
