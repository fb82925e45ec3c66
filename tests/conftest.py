"""What several rooms' tests share."""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
from pathlib import Path

import pytest

multiprocessing.set_forkserver_preload(["tests.preloaded"])
multiprocessing.forkserver.ensure_running()

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
