"""`kelou prove`: that a finding is one of a closing, and the closing one of a lake, in a file that
can be checked without Kelou."""

from __future__ import annotations

import json
from pathlib import Path

from flows.archive.closings import Closed, lake_of
from flows.archive.log import Log
from flows.archive.logged import finding_lines, log_differences
from flows.archive.merkle import proof
from flows.system.errors import DifferenceFound, UsageError


def prove(run: Path, finding: str) -> dict[str, str]:
    """Two C2SP tlog-proofs: `finding`, in the tree over the closing's findings, and `closing`, in
    the log of the lake. Raises UsageError: no closing, no such finding; DifferenceFound: not as
    they were published."""
    lake = lake_of(run)
    if lake is None:
        raise UsageError(f"{run} is no closing of a lake; what is not closed has no proof")
    if faults := list(log_differences(run)):
        raise DifferenceFound(f"{run} is not what was published: {faults[0]}; see kelou verify")
    name, lines = Closed(run.resolve()).name, finding_lines(run)
    ids = [json.loads(line)["finding_id"] for line in lines]
    if finding not in ids:
        raise UsageError(f"{run} has no finding {finding}; findings.csv lists them all")
    log = Log(lake)
    logged, head = log.entries(), log.head()
    assert head is not None, "log_differences says so"
    place = next(
        n
        for n, entry in enumerate(logged)
        if entry["kind"] == "closing" and entry["closing"] == name
    )
    return {
        "finding": proof(lines, ids.index(finding), f"{head.origin}/{name}/findings"),
        "closing": proof(log.lines(), place, head.origin),
    }
