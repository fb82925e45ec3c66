"""What people do about a finding: give it to somebody, answer, say that it is put right, see for
themselves that it is (销号), and decide what was objected to it."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from typing import Any, Final

from flows.archive.run_folder import sha256
from flows.closing.approvals import repeated, requested
from flows.closing.findings.log import entries, said, speaking
from flows.closing.findings.objections import DECISIONS
from flows.closing.findings.states import Finding, finding_of
from flows.system.errors import UsageError

_OVER: Final = ("verified", "withdrawn")


def assign(
    lake: str,
    number: str,
    to: str,
    by: str,
    due: str | None = None,
    note: str = "",
    request: str | None = None,
) -> bool:
    """Give the finding to a person or department, to be put right by a day. False where that was
    said before."""
    _named("--to", to)
    day = _day(due) if due else None
    return act(lake, number, "assign", by, note, request, to=to.strip(), due=day)


def answer(
    lake: str,
    number: str,
    by: str,
    note: str,
    done: bool = False,
    evidence: Path | None = None,
    request: str | None = None,
) -> bool:
    """What the audited side says of the finding; `done`: that it is put right, which takes
    evidence, kept by its hash. Raises UsageError."""
    _named("--note", note)
    if done and evidence is None:
        raise UsageError("--done needs --evidence FILE: what shows that it is put right")
    if evidence is not None and not evidence.is_file():
        raise UsageError(f"--evidence {evidence}: there is no such file")
    shown = {"file": evidence.name, "sha256": sha256(evidence)} if evidence else None
    return act(lake, number, "correct" if done else "answer", by, note, request, evidence=shown)


def verify(
    lake: str,
    number: str,
    by: str,
    note: str = "",
    reject: bool = False,
    request: str | None = None,
) -> bool:
    """Another person has seen that the finding is put right, or that it is not (`reject`, with a
    note). Raises UsageError: nobody said so yet, or the same person did."""
    if reject:
        _named("--note", note)
    return act(lake, number, "reject" if reject else "verify", by, note, request)


def act(
    lake: str, number: str, kind: str, by: str, note: str, request: str | None = None, **more: Any
) -> bool:
    """Put an entry of that kind (flows.closing.findings.log.KINDS) into the log, where the state of
    the finding allows it. `request`: a number that makes the same command given twice one."""
    _named("--by", by)
    with speaking(lake):
        finding = finding_of(lake, number)
        entry = {
            "kind": kind,
            "finding": number,
            "closing": finding.closing,
            "by": by.strip(),
            "note": note.strip(),
            **{name: value for name, value in more.items() if value is not None},
            **requested(request),
        }
        if repeated(entry, entries(lake), finding.history[-1:]):
            return False  # a command may be given again
        _check(finding, kind, by)
        return said(lake, entry)


def _check(finding: Finding, kind: str, by: str) -> None:
    number = finding.number
    if kind in DECISIONS:
        _check_decision(finding, by)
        return
    if finding.state in _OVER:
        raise UsageError(f"{number} is {finding.state}; nothing is left to be done about it")
    if kind not in ("verify", "reject"):
        return
    if finding.state != "corrected":
        raise UsageError(
            f"{number} is {finding.state}: first somebody says that it is put right: "
            f"kelou findings answer {number} --done --evidence FILE"
        )
    who = finding.answered_by
    if who is not None and _same(who, by):
        raise UsageError(f"{by} said that {number} is put right; another person must verify it")


def _check_decision(finding: Finding, by: str) -> None:
    """Somebody objected, and nobody decides an objection of their own."""
    number = finding.number
    if finding.state != "disputed":
        raise UsageError(
            f"{number} is {finding.state}: nobody objects to it; first: "
            f"kelou findings object {number} --department NAME --by NAME --note REASON"
        )
    objectors = [str(entry["by"]) for entry in finding.history if entry["kind"] == "object"]
    if any(_same(by, objector) for objector in objectors):
        raise UsageError(f"{by} objected to {number}; another person must decide")


def _same(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are written."""
    left, right = (
        "".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (one, other)
    )
    return left == right


def _named(option: str, value: str) -> None:
    if not value.strip():
        raise UsageError(f"{option} is empty; write what is to be recorded")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"--due {text!r} is no day; write 2026-11-10") from None
