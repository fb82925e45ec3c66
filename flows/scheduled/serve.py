"""One process that serves every schedule at a self-hosted Prefect server, and a server for a
demonstration."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from flows.scheduled.server import GAVE_UP, answers, wait_for_server
from flows.settings import Settings
from flows.system.errors import KelouError, UsageError

if TYPE_CHECKING:
    from prefect.runner import Runner

BOOT_SECONDS = 120
AGAIN_SECONDS = 2.0
NO_SERVER = """no Prefect server; start one by `prefect server start` and set PREFECT_API_URL=http://127.0.0.1:4200/api,
or see a demonstration by `kelou serve --demo sample_data`"""


def serve(settings: Settings, config: Path | None, first_run: dict[str, str] | None = None) -> None:
    """Register the deployments and run what is due, until stopped; the schedules stay at the
    server.

    first_run: parameters of a monthly inspection to be run at once. A server that is not there
    yet, or stays away later, is waited for: Prefect's runner ends after minutes of it. Raises
    UsageError where none is named.
    """
    api = os.environ.get("PREFECT_API_URL")
    if not api:
        raise UsageError(NO_SERVER)
    # Runs begin as `python -m`, which would take a folder `flows` of the working folder for ours
    os.environ["PYTHONSAFEPATH"] = "1"
    with suppress(KeyboardInterrupt):
        wait_for_server(api)
        _serve(api, settings, config, first_run)


def _serve(
    api: str, settings: Settings, config: Path | None, first_run: dict[str, str] | None
) -> None:
    from prefect.deployments import run_deployment

    from flows.scheduled.schedules import NAME

    runner = _registered(api, settings, config)
    if first_run:
        run_deployment(f"monthly_inspection/{NAME}", parameters=first_run, timeout=0)
    while _lost(runner):
        wait_for_server(api)
        runner = _registered(api, settings, config)


def _registered(api: str, settings: Settings, config: Path | None) -> Runner:
    """A runner that has registered every deployment, however often the server goes meanwhile."""
    from httpx import TransportError

    while True:
        try:
            return _runner(settings, config)
        except TransportError:
            time.sleep(AGAIN_SECONDS)
            wait_for_server(api)


def _runner(settings: Settings, config: Path | None) -> Runner:
    """A runner that has registered every deployment."""
    from prefect.runner import Runner
    from prefect.runner import runner as module

    from flows.scheduled.cancelling import PatientObserver
    from flows.scheduled.schedules import NAME, deployments

    vars(module)["FlowRunCancellingObserver"] = PatientObserver
    runner = Runner(name=NAME, pause_on_shutdown=False)
    for deployment in deployments(settings, config):
        runner.add_deployment(deployment)
    return runner


def _lost(runner: Runner) -> bool:
    """Run what is due until stopped; True when the runner gave up because the server does not
    answer."""
    try:
        asyncio.run(runner.start())
    except ExceptionGroup as failure:
        if failure.subgroup(lambda error: GAVE_UP in str(error)) is None:
            raise
        return True
    return False


@contextmanager
def demo_server(home: Path, port: int, tell: Callable[[str], None]) -> Iterator[str]:
    """A Prefect server on this machine while the context lasts, its database under `home`; yields
    its address."""
    address = f"http://127.0.0.1:{port}"
    if answers(f"{address}/api"):
        raise KelouError(f"port {port} is taken; choose another by --port")
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(PREFECT_HOME=str(home.resolve()), PREFECT_API_URL=f"{address}/api")
    command = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        tell("Starting a Prefect server (a quarter of a minute) ...")
        _wait_for(server, address, home / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + BOOT_SECONDS
    while not answers(f"{address}/api"):
        if server.poll() is not None or time.monotonic() > deadline:
            raise KelouError(f"the Prefect server did not start; see {log}")
        time.sleep(0.3)
