"""Commands that change a state, killed again and again, which is no part of the timed tests.

    python -m tests.kills [ingest close approve assign answer dispute decide mart ...]
                          [--most 40] [--first 1] [--seconds 280]

The n-th case kills the command as one of its threads enters its n-th rename, unlink, mkdir or link
(by strace, where it is installed); after the last of them at random moments. The command is then
run once more; the end is to be that of a command that nobody disturbed, and nothing hidden is left.
Prints what differs, and the figures; ends with status 1 then. Every command is a fork of this
process, which has imported everything and started no thread that counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from flows import cli
from tests.kills.states import prepare, write_outcome

CALLS: Final = "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat"
CLOSING: Final = "lake/closings/2026-10/closing"
COMMANDS: Final = {
    "ingest": "ingest --data november --lake lake",
    "close": "close run --lake lake",
    "object": f"object {CLOSING} --department 技术支持部 --by 李工 --note 停机",
    "assign": "findings assign FINDING --lake lake --to 李工 --by 张主管",
    "answer": (
        "findings answer FINDING --lake lake --by 李工 --note 已补签 --done --evidence proof.pdf"
    ),
    "dispute": (
        "findings object FINDING --lake lake --department 技术支持部 --by 李工 --note 停机"
    ),
    "decide": "findings decide FINDING --lake lake --by 赵总 --accept --note 停机有记录",
    "mart": "mart --lake lake",
    "approve": f"approve {CLOSING} --by 张总",
    "purge": "purge --lake lake --customer C2 --reason 来函 --yes",
    "expire": "purge --lake lake --expired --on 2029-10-20 --yes",
    "sample": "sample --data october --date 2026-10-02 --out sheets",
}
ENDED: Final = (0, 2)
"""Of the second run: done, or told that it was done before."""
NEEDED: Final = (
    *("polars", "deltalake", "xlsxwriter", "flows.ingest.lake", "flows.closing.close"),
    *("flows.closing.approve", "flows.closing.findings.acts", "flows.oversight.sample"),
)
STOPPED_SECONDS: Final = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.kills")
    parser.add_argument("what", nargs="*", default=list(COMMANDS))
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--seconds", type=int, default=10**6)
    given = parser.parse_args()
    for name in NEEDED:
        import_module(name)
    cli.build()
    until, kills, failed = time.monotonic() + given.seconds, 0, 0
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        for what in given.what:
            if time.monotonic() < until:
                series = Series(what, Path(folder) / what, until)
                series.run(given.first, given.most)
                kills, failed = kills + series.kills, failed + series.failed
    print(f"{kills} kills, {failed} failed", flush=True)
    return int(failed > 0)


class Series:
    """The kills of one command, in copies of one folder."""

    def __init__(self, what: str, folder: Path, until: float) -> None:
        self.what, self.folder, self.until = what, folder, until
        self.kills = self.failed = 0
        self.before = folder / "before"
        assert _waited(_forked(lambda: prepare(what, self.before))) == 0, f"{what}: not prepared"

    def run(self, first: int, most: int) -> None:
        calm = Path(shutil.copytree(self.before, self.folder / "calm"))
        began = time.monotonic()
        assert self._command(calm) == 0, (calm / "stderr").read_text()
        lasted = time.monotonic() - began
        expected, by_calls = self._outcome(calm), shutil.which("strace") is not None
        for number in range(first, first + most):
            if time.monotonic() > self.until:
                break
            case = Path(shutil.copytree(self.before, self.folder / "case"))
            moment = random.Random(f"{self.what} {number}").uniform(0, 1.2 * lasted)
            killed = self._killed(case, number if by_calls else None, moment)
            if by_calls and not killed:
                print(f"{self.what}: no thread makes {number} calls", flush=True)
                by_calls = False
            if killed:
                self._judge(number, case, expected)
            shutil.rmtree(case)
        print(f"{self.what}: {self.kills} kills, {self.failed} failed", flush=True)

    def _judge(self, number: int, case: Path, expected: dict[str, Any]) -> None:
        self.kills += 1
        if self.kills % 10 == 0:
            print(f"{self.what}: {self.kills} kills so far", flush=True)
        status = self._command(case)
        found = self._outcome(case)
        if status not in ENDED or found != expected:
            self.failed += 1
            wrong = {key: found[key] for key in found if found[key] != expected[key]}
            told = (case / "stderr").read_text().strip()[:300]
            print(f"{self.what} {number}: {status} {told} {str(wrong)[:600]}", flush=True)

    def _killed(self, case: Path, call: int | None, moment: float) -> bool:
        """Begin the command and kill it; whether it was still at work."""
        pid = self._begun(case, stopped=call is not None)
        if call is None:
            time.sleep(moment)
            os.kill(pid, signal.SIGKILL)
            return _waited(pid) == -signal.SIGKILL
        os.waitpid(pid, os.WUNTRACED)
        inject = f"inject={CALLS}:signal=KILL:when={call}"
        trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-p", str(pid)]
        tracer = subprocess.Popen([*trace, "-e", f"trace={CALLS}", "-e", inject])
        _until_traced(pid)
        os.kill(pid, signal.SIGCONT)
        status = _waited(pid)
        tracer.wait()
        return status == -signal.SIGKILL

    def _command(self, case: Path) -> int:
        return _waited(self._begun(case))

    def _begun(self, case: Path, stopped: bool = False) -> int:
        number = self.before / "finding"
        line = COMMANDS[self.what].replace("FINDING", number.read_text() if number.exists() else "")

        def command() -> int:
            os.chdir(case)
            for stream, name in ((1, "stdout"), (2, "stderr")):
                os.dup2(os.open(name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), stream)
            if stopped:
                os.kill(os.getpid(), signal.SIGSTOP)
            if self.what == "approve":
                vars(import_module("flows.closing.approve"))["_render"] = _drawn
            return cli.run(line.split())

        return _forked(command)

    def _outcome(self, case: Path) -> dict[str, Any]:
        """What must be the same in the end, by a process of its own: libraries remember files."""
        told = self.folder / "outcome.json"
        told.unlink(missing_ok=True)
        assert _waited(_forked(lambda: write_outcome(self.what, case, told))) == 0
        return dict(json.loads(told.read_text()))


def _drawn(_: Path, edition: Path, approval: dict[str, str], __: object) -> None:
    """An edition that takes no time to draw: what is killed is how it gets to its place."""
    (edition / "report.pdf").write_bytes(approval["by"].encode())


def _forked(does: Callable[[], int]) -> int:
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = does()
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)
    return pid


def _waited(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _until_traced(pid: int) -> None:
    deadline = time.monotonic() + STOPPED_SECONDS
    while "TracerPid:\t0" in Path(f"/proc/{pid}/status").read_text():
        assert time.monotonic() < deadline, "strace does not trace"
        time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main())
