"""A server that is not there yet, or not there any more, ends nothing."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from deltalake import DeltaTable
from prefect.client.orchestration import PrefectClient
from prefect.runner import runner

from flows.cli import run as kelou
from flows.ingest.lake import Lake
from flows.scheduled import serve as serving
from flows.scheduled import server
from flows.scheduled.cancelling import PatientObserver
from flows.scheduled.server import wait_for_server
from flows.settings import Settings
from flows.system.errors import InputError


class Booting(BaseHTTPRequestHandler):
    """Answers the fourth question."""

    asked: Iterator[int]

    def do_GET(self) -> None:
        self.send_response(200 if next(self.asked) > 3 else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_server_that_boots_is_waited_for_and_named_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Booting.asked = iter(range(1, 100))
    with HTTPServer(("127.0.0.1", 0), Booting) as booting:
        Thread(target=booting.serve_forever, daemon=True).start()
        api = f"http://127.0.0.1:{booting.server_port}/api"
        wait_for_server(api, every=0.01)
        booting.shutdown()
    assert next(Booting.asked) == 5
    assert capsys.readouterr().err == f"kelou: no Prefect server answers at {api}; waiting for it\n"


def test_a_server_that_goes_while_flows_are_registered_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused, begun = iter([True, True, False]), list[str]()

    def register(*_: object) -> str:
        if next(refused):
            raise httpx.ConnectError("All connection attempts failed")
        return "runner"

    def lost(runner: str) -> bool:
        begun.append(runner)
        return False

    monkeypatch.setattr(serving, "AGAIN_SECONDS", 0)
    for name, does in (("_runner", register), ("_lost", lost), ("wait_for_server", begun.append)):
        monkeypatch.setattr(serving, name, does)
    serving._serve("http://server/api", Settings(), None, None)
    assert begun == ["http://server/api", "http://server/api", "runner"]


class Away:
    """Prefect's client while the server is away for ten questions."""

    asked = 0

    async def read_flow_runs(self, **_: object) -> list[Any]:
        self.asked += 1
        if self.asked <= 10:
            raise httpx.ConnectError("All connection attempts failed")
        return [SimpleNamespace(id=RUN)]


RUN = uuid.uuid4()


def test_cancelling_works_after_the_server_was_away() -> None:
    async def told() -> uuid.UUID:
        found = asyncio.get_running_loop().create_future()
        observer = PatientObserver(
            lambda run: found.done() or found.set_result(run), polling_interval=0.01
        )
        observer._client = cast(PrefectClient, Away())
        observer.add_in_flight_flow_run_id(RUN)

        async def lost() -> None:
            raise httpx.ConnectError("the websocket is closed")

        consumer = asyncio.create_task(lost())
        consumer.add_done_callback(observer._start_polling_task)
        run: uuid.UUID = await asyncio.wait_for(found, 30)
        assert observer._polling_task is not None
        observer._polling_task.cancel()
        return run

    assert asyncio.run(told()) == RUN
    assert hasattr(runner, "FlowRunCancellingObserver"), "serve puts ours in the place of this one"


def test_a_dead_address_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.chdir(tmp_path)
    assert not server.answers("http://127.0.0.1:9/api")
    assert kelou(["audit", "--data", str(tmp_path), "--month", "2026-10"]) == 2
    assert "no Prefect server answers at http://127.0.0.1:9/api" in capsys.readouterr().err


def test_an_unreachable_lake_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_: str) -> bool:
        raise OSError("Generic S3 error: error sending request\nand more")

    monkeypatch.setattr(DeltaTable, "is_deltatable", unreachable)
    with pytest.raises(InputError, match=r"^s3://b/lake/ledger: can't be reached \(Generic.*t\)$"):
        Lake("s3://b/lake").open("ledger")
