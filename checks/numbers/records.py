"""What the records show by themselves: what was said, signals, and records that do not agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.numbers.base import Keyed, Section, Title
from checks.numbers.rates import Rate


@dataclass(frozen=True, kw_only=True)
class PhraseCount(Section):
    """Findings of one phrase list, or of one thing that is expected."""

    id: str
    title: Title
    article: str
    findings: int


@dataclass(frozen=True, kw_only=True)
class PersonFindings(Keyed):
    """Findings of conduct of a person, or of those who are `unassigned`."""

    findings: int


@dataclass(frozen=True, kw_only=True)
class Said(Section):
    """A finding of conduct (checks.conduct.findings.FINDINGS): the `words` matched, empty where
    something is lacking, the `text` of the message, and its place."""

    finding_id: str
    list: str
    article: str
    conversation_id: str
    message_id: str
    words: str
    text: str
    sender_id: str | None
    sent_at: str
    file: str | None
    row: int | None


@dataclass(frozen=True, kw_only=True)
class ConductPart(Section):
    """Findings of one weight and the messages that they are in; `listed` are the first of them,
    `capped` says whether there are more."""

    findings: int
    messages: int
    by_list: tuple[PhraseCount, ...]
    by_person: tuple[PersonFindings, ...]
    listed: tuple[Said, ...]
    capped: bool


@dataclass(frozen=True, kw_only=True)
class _Manner(Section):
    id: str
    title: Title
    article: str


@dataclass(frozen=True, kw_only=True)
class MannerKept(Rate, _Manner):
    """How many conversations do what is expected, of those that it is expected of."""


@dataclass(frozen=True, kw_only=True)
class Conduct(Section):
    """`explicit`: breaches, which count; `advice`: matters of style, which do not."""

    agent_messages: int
    explicit: ConductPart
    advice: ConductPart
    kept: tuple[MannerKept, ...]


@dataclass(frozen=True, kw_only=True)
class PersonFound(Keyed):
    """Cases of a signal with a person, or with those who are `unassigned`."""

    found: int


@dataclass(frozen=True, kw_only=True)
class SignalExample(Section):
    """A case of a signal: whose, when (2026-10-20 09:11:00, local), and what was seen."""

    subject: str | None
    person: str | None
    at: str | None
    detail: str | None


@dataclass(frozen=True, kw_only=True)
class SignalFound(Section):
    """A signal that records may have been dressed up: what exactly is looked for (`reading`), in
    how many cases of those looked at it was `found`, and with whom."""

    id: str
    title: Title
    reading: Title
    found: int
    looked_at: int
    persons: tuple[PersonFound, ...]
    examples: tuple[SignalExample, ...]


@dataclass(frozen=True, kw_only=True)
class Disagreement(Section):
    """A check whether records of different systems agree: how many do not (`count`), `of` how many;
    `doubts`: the rates that this puts in doubt; `detail`: further numbers of the check's own."""

    check: str
    title: Title
    count: int
    of: int
    examples: tuple[str, ...]
    doubts: tuple[str, ...]
    detail: Mapping[str, bool | int | float | None]
