"""Numbers behind the pictures and case pages of the report: cases step by step, time used."""

from __future__ import annotations

from dataclasses import dataclass

from checks.numbers.base import Keyed, Section


@dataclass(frozen=True, kw_only=True)
class CaseStep(Section):
    """One obligation of a case; times are local, ISO, null where there is none."""

    rule_id: str
    verdict: str
    reason: str
    triggered_at: str | None
    due_at: str | None
    fulfilled_at: str | None


@dataclass(frozen=True, kw_only=True)
class Contact(Section):
    """The first time that a person spoke with the customer after a deadline: in which record
    (`subject_id`), when (`at`), by `call_in`, `call_out` or `chat`, and who."""

    subject_id: str
    at: str
    way: str
    responsible: str | None


@dataclass(frozen=True, kw_only=True)
class CaseFile(Keyed):
    """A finding (`key`) with every step judged of its subject, in order of time.

    `agreed_arrival_at`: what was agreed with the customer of a ticket. `next_contact`: after the
    deadline that was missed; null where the customer is unknown, or nobody spoke with them.
    """

    subject_id: str
    agreed_arrival_at: str | None
    steps: tuple[CaseStep, ...]
    next_contact: Contact | None


@dataclass(frozen=True, kw_only=True)
class LimitUse(Keyed):
    """How much of their limit the decided acts of a topic (`key`) used.

    `bars`: acts by share of the limit, ten percent each, in time up to the tenth; the last one
    holds what took more than twice the limit. `near`: in time with more than 80 % used. `open`:
    never done, so in no bar. `unmeasured`: decided, but no time is known.
    """

    n: int
    near: int
    late: int
    open: int
    unmeasured: int
    bars: tuple[int, ...]
