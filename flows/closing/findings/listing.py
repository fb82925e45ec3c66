"""What `kelou findings` prints: the findings as rows, one of them as a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flows.closing.findings.states import Finding, finding_of, findings
from flows.law.rule_tables import Listing
from flows.report.words.grading import reason_words
from flows.report.words.texts import Texts, load_texts
from flows.system.languages import single

LISTED: Final = ("number", "kind", "grade", "state", "clauses", "matter", "whose", "due")


def finding_listing(lake: str, asked: Mapping[str, str | None], lang: str) -> Listing:
    """Those findings for which every given value of `asked` (month, state, kind, department)
    holds."""
    texts = _texts(lang)
    found = [f for f in findings(lake) if _matches(f, asked)]
    states: dict[str, int] = {}
    for finding in found:
        states[finding.state] = states.get(finding.state, 0) + 1
    told = texts("words.and").join(
        texts("register.count", name=texts.name("register.state", state), n=n)
        for state, n in states.items()
    )
    return Listing(
        "findings",
        [_row(finding) for finding in found],
        [texts(f"register.heading.{name}") for name in LISTED],
        [finding_cells(texts, finding) for finding in found],
        [told] if told else [texts("register.nothing")],
    )


def finding_card(lake: str, number: str, lang: str) -> Listing:
    """One finding and its history. Raises UsageError: there is none of this number."""
    texts, finding = _texts(lang), finding_of(lake, number)
    entry = finding.entry
    reason = entry["grade_reason"]
    title = _title(texts, entry)
    facts = {
        **dict(zip(LISTED, finding_cells(texts, finding), strict=True)),
        "closing": finding.closing,
        "subject": entry["subject"] or entry["period"],
        "failing": f"{entry['failing']} / {entry['of']}",
        "why": reason_words(texts, reason, entry["detail"] == "overdue") if reason else "",
        "evidence": entry["evidence"] or "",
        "demand": texts(f"register.demand.{entry['kind']}", title=title),
        "accepted": texts(f"register.accepted.{entry['kind']}"),
        "response": entry["response"] or "",
    }
    cells = [[texts(f"register.heading.{name}"), value] for name, value in facts.items() if value]
    cells += [[said["at"], _said(texts, said)] for said in finding.history]
    return Listing("finding", [_row(finding)], [], cells)


def _matches(finding: Finding, asked: Mapping[str, str | None]) -> bool:
    values = {
        "month": finding.closing.partition("/")[0],
        "state": finding.state,
        "kind": finding.entry["kind"],
        "department": finding.entry["department"],
    }
    return all(values[name] == value for name, value in asked.items() if value is not None)


def _row(finding: Finding) -> dict[str, Any]:
    """For machines: the register's columns, the state of now, and the history."""
    return {
        **finding.entry,
        "state": finding.state,
        "closing": finding.closing,
        "assigned_to": finding.owner,
        "due": finding.due,
        "history": [_line(said) for said in finding.history],
    }


def finding_cells(texts: Texts, finding: Finding) -> list[str]:
    entry = finding.entry
    whose = " ".join(filter(None, (entry["department"], entry["responsible"])))
    return [
        finding.number,
        texts.name("register.kind", entry["kind"]),
        texts.name("grade", entry["grade"]),
        texts.name("register.state", finding.state),
        entry["clauses"],
        _title(texts, entry),
        finding.owner or whose or texts("register.unattributed"),
        finding.due or "",
    ]


def _title(texts: Texts, entry: Mapping[str, Any]) -> str:
    return str(entry["title_zh"] if texts.lang == "zh" else entry["title_en"])


def _said(texts: Texts, said: Mapping[str, Any]) -> str:
    parts = [texts(f"register.said.{said['kind']}", by=said["by"]), said.get("to"), said.get("due")]
    evidence = said.get("evidence")
    parts += [said["note"], f"{evidence['file']} {evidence['sha256'][:16]}…" if evidence else ""]
    return texts("words.semicolon").join(part for part in parts if part)


def _line(said: Mapping[str, Any]) -> str:
    return f"{said['at']} {said['kind']} {said['by']}: {said['note']}"


def _texts(lang: str) -> Texts:
    return load_texts(single(lang))
