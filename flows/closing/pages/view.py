"""What the pages say, as strings: months, editions and runs, their states, findings, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flows.archive.integrity import read_approvals
from flows.archive.run_folder import read_metrics
from flows.closing.findings.listing import LISTED, finding_cells
from flows.closing.findings.states import Finding, findings
from flows.closing.pages.shelf import Document, Shelf
from flows.report.words.printable import Printable
from flows.report.words.texts import Texts
from flows.report.words.wording import Wording
from flows.system.errors import KelouError

SHOWN: Final = 200
"""Findings to a page."""


@dataclass(frozen=True)
class Facts:
    """A line of the list: one edition of a month, or a run."""

    path: str
    title: str
    state: str
    rate: str
    findings: str
    reports: tuple[str, ...]
    fault: str = ""


class Pages:
    """The pages of a shelf in one language."""

    def __init__(self, shelf: Shelf, texts: Texts, printable: Printable) -> None:
        self.shelf, self.texts, self.printable = shelf, texts, printable
        self.wording = Wording(texts)

    def index(self) -> dict[str, Any]:
        """Closings, newest month first, and runs."""
        found = [*self.shelf.documents()]
        last = {d.closed.month: d.name for d in found if d.closed}
        rows = [
            (d, self._facts(d, d.closed is None or last[d.closed.month] == d.name)) for d in found
        ]
        return {
            "title": self.texts("pages.title"),
            "closings": [facts for d, facts in reversed(rows) if d.closed],
            "runs": [facts for d, facts in rows if not d.closed],
        }

    def document(self, document: Document, state: str | None, page: int) -> dict[str, Any]:
        """One edition or run, with the findings of a closing's month in a `state` or all."""
        last = self._last(document)
        rows = self._findings(document) if last else []
        wanted = [row for row in rows if state in (None, row.state)]
        first = (page - 1) * SHOWN
        named = self.texts.name
        return {
            "title": self._title(document),
            "facts": self._facts(document, last),
            "about": self._about(document),
            "said": self._said(document),
            "files": [
                (name, _size(path.stat().st_size)) for name, path in document.files().items()
            ],
            "states": [
                (key, named("register.state", key), n)
                for key, n in Counter(row.state for row in rows).items()
            ],
            "state": state,
            "headings": [self.texts(f"register.heading.{name}") for name in LISTED],
            "rows": [self._cells(row) for row in wanted[first : first + SHOWN]],
            "found": len(wanted),
            "page": page,
            "pages": max(1, -(-len(wanted) // SHOWN)),
        }

    def _last(self, document: Document) -> bool:
        if (closed := document.closed) is None:
            return False
        same = [d for d in self.shelf.documents() if d.closed and d.closed.month == closed.month]
        return same[-1].name == document.name

    def _facts(self, document: Document, last: bool) -> Facts:
        """What can't be read is told where it would stand; the rest of the list is shown."""
        try:
            metrics = read_metrics(document.folder)
            state = self._state(document, last)
        except KelouError as error:
            return Facts(document.path, self._title(document), "", "", "", (), str(error))
        of = metrics.headline.timeliness
        reports = tuple(name for name in document.files() if name.endswith((".pdf", ".html")))
        return Facts(
            document.path,
            self._title(document),
            state,
            f"{self.wording.percent(of.rate)}"
            + (f" ({self.wording.fraction(of)})" if of.rate is not None else ""),
            self.wording.number(metrics.findings.total),
            reports,
        )

    def _state(self, document: Document, last: bool) -> str:
        words = []
        said = read_approvals(document.folder) or []
        if document.closed and not last:
            words.append(self.texts("pages.replaced"))
        approvals = [entry for entry in said if entry["kind"] == "approval"]
        words.append(
            self.texts("pages.approved", by=approvals[-1]["by"])
            if approvals
            else self.texts("pages.draft")
        )
        if n := sum(entry["kind"] == "objection" for entry in said):
            words.append(self.texts("pages.objections", n=n))
        return self.texts("words.comma").join(words)

    def _title(self, document: Document) -> str:
        if (closed := document.closed) is None:
            return document.name
        if not closed.restated:
            return self.texts("pages.closing", month=closed.month)
        return self.texts("pages.restatement", month=closed.month, n=closed.restated)

    def _about(self, document: Document) -> list[tuple[str, str]]:
        try:
            period = read_metrics(document.folder).period
        except KelouError:
            return []
        found = [
            ("period", self.wording.span(period.from_, period.to)),
            ("cutoff", self.wording.cutoff(period.cutoff)),
        ]
        if closed := document.closed:
            told = closed.manifest["closing"]
            found += [("closed_at", told.get("closed_at", "")), ("number", str(closed.number))]
            found.append(("hash", closed.sha256))
        return [(self.texts(f"pages.about.{name}"), value) for name, value in found]

    def _said(self, document: Document) -> list[str]:
        entries = read_approvals(document.folder) or []
        return [self._line(entry) for entry in entries]

    def _line(self, entry: Mapping[str, Any]) -> str:
        free = self.printable.free
        words = self.texts(f"pages.said.{entry['kind']}", by=free(entry["by"]), at=entry["at"])
        parts = [words, entry.get("department"), entry.get("finding"), free(entry["note"])]
        return self.texts("words.semicolon").join(part for part in parts if part)

    def _findings(self, document: Document) -> list[Finding]:
        """Of a month as they stand: those of its editions."""
        assert self.shelf.lake is not None and document.closed is not None
        month = f"{document.closed.month}/"
        return [each for each in findings(self.shelf.lake) if each.closing.startswith(month)]

    def _cells(self, finding: Finding) -> Sequence[str]:
        entry = {
            **finding.entry,
            "responsible": self.printable.agent(finding.entry["responsible"] or ""),
        }
        shown = Finding(entry, finding.closing, finding.state, finding.owner, finding.due)
        return [self.printable.free(cell) for cell in finding_cells(self.texts, shown)]


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"
