"""Schedules at a real Prefect server: runs by schedule and by hand, one publisher, a kill, alerts
once, a restart."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from distributed import LocalCluster
from prefect.settings import PREFECT_API_URL, temporary_settings

from checks.concepts import Period
from checks.judging import judge
from flows.ingest import read_folder
from flows.law.rulebooks import load_rulebooks
from flows.scheduled.cluster import judge_on_cluster
from flows.scheduled.owed_month import local_now
from flows.settings import Settings, load_settings
from flows.settings.sections import Cluster
from tests.long import LONG, takes_long
from tests.operations.conftest import Receiver

KELOU = Path(sys.executable).with_name("kelou")
PATIENCE = 300.0
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
SERVABLE = timedelta(seconds=150)
"""Until the one schedule that the tests wait for: longer than `kelou serve` needs to register
it."""
OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
CONFIG = """
[judging]
company_calendar = "calendar.csv"
[schedules]
data = "{data}"
out = "runs"
working_day = 1
spot_check_at = "{soon}"
[alerts]
to = ["env:KELOU_TEST_ALL"]
"""


def until(answer: Callable[[], Any], what: str) -> Any:
    """The first answer that is not None."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (found := answer()) is not None:
            return found
        time.sleep(0.3)
    raise AssertionError(f"waited in vain for {what}")


@dataclass
class World:
    """A working folder with its own Prefect server and `kelou serve`; everything ends with the test
    module."""

    folder: Path
    environment: dict[str, str] = field(repr=False)
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=log, stderr=subprocess.STDOUT
        )
        self.processes.append(process)
        return process

    def start_server(self) -> subprocess.Popen[bytes]:
        options = ("server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        process = self.start(sys.executable, "-m", "prefect", *options)
        until(self.healthy, "the server")
        return process

    def healthy(self) -> bool | None:
        try:
            return httpx.get(f"{self.api}/health", timeout=5).is_success or None
        except httpx.HTTPError:
            return None

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The server's answer; a busy one is asked again, as Prefect's own client does."""

        def unless_busy() -> httpx.Response | None:
            answer = httpx.post(f"{self.api}/{path}", json=body, timeout=30)
            return None if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE else answer

        answer: httpx.Response = until(unless_busy, "an answer")
        answer.raise_for_status()
        return answer.json()

    def deployments(self) -> dict[str, dict[str, Any]]:
        found = self.post("deployments/filter", {})  # first: each has its flow by then
        flows = {flow["id"]: flow["name"] for flow in self.post("flows/filter", {})}
        return {flows[deployment["flow_id"]]: deployment for deployment in found}

    def run(self, flow: str, parameters: dict[str, Any]) -> str:
        """Ask for a run as the button on Prefect's page does; the run's id."""
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return str(
            self.post(f"deployments/{self.deployments()[flow]['id']}/create_flow_run", body)["id"]
        )

    def end_of(self, run: str) -> dict[str, Any]:
        """The final state of a run."""

        def state() -> dict[str, Any] | None:
            answer = httpx.get(f"{self.api}/flow_runs/{run}", timeout=30)
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                return None
            found: dict[str, Any] = answer.raise_for_status().json()["state"]
            return found if found["type"] in ENDED else None

        found: dict[str, Any] = until(state, f"the end of run {run}")
        return found

    def process_of(self, run: str) -> psutil.Process | None:
        """The process in which `kelou serve` executes a run."""
        for process in psutil.Process(self.processes[1].pid).children(recursive=True):
            if process.environ().get("PREFECT__FLOW_RUN_ID") == run:
                return process
        return None


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, small_world: Path, module_receiver: Receiver
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    # The first of this month is made a working day, so that last month is owed on whatever day the
    # test runs.
    (folder / "calendar.csv").write_text(
        f"date,working\n{date.today().replace(day=1)},true\n", encoding="utf-8"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "KELOU_TEST_ALL": module_receiver.address("all"),
    }
    made = World(folder, environment, port)
    try:
        made.start_server()
        soon = f"{local_now('Asia/Shanghai') + SERVABLE:%H:%M}"
        (folder / "kelou.toml").write_text(
            CONFIG.format(data=small_world, soon=soon), encoding="utf-8"
        )
        serving = made.start(str(KELOU), "serve")
        until(lambda: serving.poll() or len(made.deployments()) == 9 or None, "the deployments")
        assert serving.poll() is None, (folder / "1.log").read_text()
        yield made
    finally:
        for process in made.processes:
            process.terminate()
        for process in made.processes:
            process.wait(timeout=60)


def test_every_flow_is_deployed_with_its_schedule_in_the_companys_zone(world: World) -> None:
    spot_check = load_settings(world.folder / "kelou.toml").schedules.spot_check_at
    schedules = {
        flow: (
            found["schedules"][0]["schedule"].get("cron"),
            found["schedules"][0]["schedule"]["timezone"],
        )
        for flow, found in world.deployments().items()
        if found["schedules"]
    }
    assert len(world.deployments()) == len(schedules) + 4, "close, approve, verify, year: by hand"
    assert schedules == {
        "daily_ingest": ("0 1 * * *", "Asia/Shanghai"),
        "monthly_inspection": ("0 2 * * *", "Asia/Shanghai"),
        "deadline_watch": (None, "Asia/Shanghai"),
        "daily_spot_check": (f"{spot_check.minute} {spot_check.hour} * * *", "Asia/Shanghai"),
        "weekly_summary": ("0 8 * * mon", "Asia/Shanghai"),
    }


def test_parameters_are_described_and_checked(world: World) -> None:
    schema = world.deployments()["monthly_inspection"]["parameter_openapi_schema"]["properties"]
    assert [name for name, found in schema.items() if not found.get("description")] == []
    with pytest.raises(httpx.HTTPStatusError, match=r"409|422"):
        world.run("monthly_inspection", {"tiers": ["gold"]})


def test_two_inspections_started_together_publish_once(world: World) -> None:
    runs = [world.run("monthly_inspection", {}) for _ in range(2)]
    ends = [world.end_of(run) for run in runs]
    names = {end["name"] for end in ends}
    assert len(names) == 2 and names - {"Completed"} <= {"AlreadyDone", "Skipped"}, ends
    assert len(list((world.folder / "runs").glob("*/inspection/report.pdf"))) == 1


def test_the_page_of_a_run_tells_its_result(world: World) -> None:
    keys = {found["key"] for found in world.post("artifacts/filter", {})}
    assert {"timeliness", "data-quality", "report"} <= keys


def test_a_failed_run_says_why_in_one_line_and_tells(
    world: World, module_receiver: Receiver
) -> None:
    run = world.run("monthly_inspection", {"month": "2026-10", "data": "/nowhere"})
    state = world.end_of(run)
    assert (
        state["type"] == "FAILED"
        and "/nowhere" in state["message"]
        and "\n" not in state["message"]
    )
    until(
        lambda: [text for _, text in module_receiver.messages if "/nowhere" in text] or None,
        "the message",
    )


@takes_long
def test_a_rerun_after_a_kill_equals_an_undisturbed_run(
    world: World, module_receiver: Receiver
) -> None:
    undisturbed = next((world.folder / "runs").glob("*/inspection"))
    out = world.folder / "killed" / "run"
    asked = {"month": undisturbed.parent.name, "out": str(out), "pdf": False}
    killed = world.run("monthly_inspection", asked)
    until(lambda: [*out.parent.glob(".run.stage-*")] or None, "the run at work")
    time.sleep(random.uniform(0, 1))
    process = world.process_of(killed)
    assert process, "the run was over before it was killed"
    process.kill()
    assert world.end_of(killed)["type"] == "CRASHED" and not out.exists()
    until(
        lambda: [text for _, text in module_receiver.messages if "SIGKILL" in text] or None,
        "the message",
    )
    assert world.end_of(world.run("monthly_inspection", asked))["type"] == "COMPLETED"
    for name in ("obligations.parquet", "findings.parquet", "metrics.json"):
        assert (out / name).read_bytes() == (undisturbed / name).read_bytes(), name
    assert [path.name for path in out.parent.iterdir() if path.is_dir()] == ["run"]


def test_a_dask_cluster_judges_as_one_machine_does(world: World, small_world: Path) -> None:
    settings, books = Settings(cluster=Cluster(parts=2)), load_rulebooks().rulebooks
    whole = judge(read_folder(small_world).records, books, OCTOBER)
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, processes=LONG
        ) as cluster,
        temporary_settings({PREFECT_API_URL: world.api}),
    ):
        at = settings.cluster.model_copy(update={"scheduler": cluster.scheduler_address})
        parts = judge_on_cluster(
            small_world, books, OCTOBER, settings.model_copy(update={"cluster": at})
        )
    assert parts.equals(whole)


@takes_long
def test_a_watch_alerts_once_even_after_the_server_was_restarted(
    world: World, module_receiver: Receiver
) -> None:
    at = {"at": "2026-10-14T12:00:00"}
    assert world.end_of(world.run("deadline_watch", at))["type"] == "COMPLETED"
    alerts = [text for _, text in module_receiver.messages if "T1" in text]
    assert len(alerts) == 1 and "超时" in alerts[0]
    world.processes[0].terminate()
    world.processes[0].wait(timeout=60)
    world.start_server()
    assert world.end_of(world.run("deadline_watch", at))["type"] == "COMPLETED"
    assert [text for _, text in module_receiver.messages if "T1" in text] == alerts


def test_a_schedule_fires_by_itself(world: World) -> None:
    asked = {
        "deployments": {"id": {"any_": [world.deployments()["daily_spot_check"]["id"]]}},
        "flow_runs": {"state": {"type": {"any_": ENDED}}},
    }
    fired = until(lambda: world.post("flow_runs/filter", asked) or None, "the scheduled spot check")
    assert [(run["auto_scheduled"], run["state"]["type"]) for run in fired] == [(True, "COMPLETED")]
    assert [*(world.folder / "runs" / "spot-checks").glob("*.xlsx")]
