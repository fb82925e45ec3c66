"""The rules as the oracle knows them, written down by hand a second time, and every change of a
limit with the day from which it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

TIERS: Final = ("core", "important", "ordinary", "intent", "potential")

# id | topic | subject | when | start | end | clock | limits per tier, in the order of TIERS | r:
# renegotiable
_TABLE = """
TC-6.1-phone          | phone-answer           | call   | inbound | started_at | answered_at | rings | 3 5 6 - -
TC-6.1-online         | online-first-reply     | chat   | waiting | customer | agent | wall | 5min 10min 15min - -
TC-6.1-deferred       | deferred-reply         | ticket | inquiry & deferred | requested_at | replied_at | wall | 2h 4h 8h - - | r
TC-6.1-told           | promise-told           | ticket | inquiry & deferred | requested_at | promised_at | presence | x x x - -
TC-6.2-urgent-respond | fault-respond          | ticket | fault & emergency | requested_at | responded_at | wall | 15min 30min 1h - -
TC-6.2-urgent-dispatch| fault-dispatch         | ticket | fault & emergency & not core_away | requested_at | dispatched_at/remote_started_at | wall | 1h 2h 4h - - | r
TC-6.2-urgent-solve   | fault-solve            | ticket | fault & emergency | requested_at | solved_at | wall | 4h 6h 8h - - | r
TC-6.2-normal-respond | fault-respond          | ticket | fault & general | requested_at | responded_at | wall | 30min 1h 2h - -
TC-6.2-normal-start   | fault-start            | ticket | fault & general | requested_at | handling_started_at | wall | 2h 4h 6h - - | r
TC-6.2-normal-solve   | fault-solve            | ticket | fault & general | requested_at | solved_at | wall | 24h 48h 72h - - | r
TC-6.3-local-arrive   | onsite-arrive          | ticket | onsite & emergency & local | requested_at | arrived_at | wall | 2h 4h 8h - - | r
TC-6.3-away-depart    | onsite-depart          | ticket | onsite & emergency & away & not remote_area | requested_at | departed_at | wall | 4h 6h 12h - - | r
TC-6.3-away-arrive    | onsite-arrive          | ticket | onsite & emergency & away & not remote_area | requested_at | arrived_at | wall | 24h 36h 48h - - | r
TC-6.3-remote-agreed  | onsite-agreed          | ticket | onsite & emergency & away & remote_area | requested_at | agreed_arrival_at | presence | x x x - -
TC-6.3-remote-arrive  | onsite-arrive          | ticket | onsite & emergency & away & remote_area & agreed | requested_at | arrived_at | promise:agreed_arrival_at | x x x - -
TC-6.3-confirm        | onsite-confirm         | ticket | onsite & solved | solved_at | customer_confirmed_at | presence | x x x - -
TC-6.4-evaluate       | demand-evaluate        | ticket | demand | requested_at | evaluated_at | workday | 1wd 2wd 3wd - - | r
TC-6.4-report         | demand-report          | ticket | demand & evaluated | evaluated_at | evaluation_report_at | workday | 2wd 3wd 5wd - - | r
TC-6.5-respond        | complaint-respond      | ticket | complaint | requested_at | responded_at | wall | 15min 30min 1h - -
TC-6.5-investigate    | complaint-investigate  | ticket | complaint | requested_at | investigated_at | workday | 1wd 2wd 3wd - - | r
TC-6.5-solution       | complaint-solution     | ticket | complaint | requested_at | solution_agreed_at | workday | 3wd 5wd 7wd - - | r
TC-6.5-close          | complaint-close        | ticket | complaint | requested_at | disposed_at | workday | 5wd 7wd 10wd - - | r
TC-6.5-followup       | complaint-followup     | ticket | complaint & disposed | disposed_at | followup_at | workday | 2wd 2wd 2wd - -
TC-6.6-archive        | archive                | ticket | completed | completed_at | archived_at | workday | 1wd 1wd 1wd - -
TC-7-entry            | entry                  | ticket | any | requested_at | recorded_at | wall | 15min 15min 15min - -
TC-8.2-remedy         | overtime-remedy        | ticket | overtime | overtime_since | remedy | presence | x x x - -
TC-8.2-objective      | overtime-renegotiated  | ticket | overtime & objective_cause | overtime_since | renegotiated_due_at+customer_accepted | presence | x x x - -
TC-9-close            | completion             | ticket | finished | finished_at | completed_at | workday | 5wd 5wd 5wd - -
TC-9-evidence         | completion-evidence    | ticket | completed | completed_at | evidence | presence | x x x - -
TC-9-explained        | overtime-cause         | ticket | overtime | overtime_since | overtime_cause | presence | x x x - -
RC-8.2-phone          | phone-answer           | call   | inbound | started_at | answered_at | rings | 3 3 6 5 5
RC-8.2-callback       | call-back              | call   | unanswered | ended_at | callback | wall | 1h 1h 1h 1h 1h
RC-8.2-online         | online-first-reply     | chat   | waiting | customer | agent | wall | 5min 5min - 15min 15min
RC-8.2-told           | promise-told           | ticket | inquiry & deferred & online | requested_at | promised_at | presence | x x x x x
RC-8.2-greet          | visit-greet            | ticket | inquiry & walk_in | requested_at | responded_at | wall | 1min 1min 1min 1min 1min
RC-8.2-wait           | visit-wait             | ticket | inquiry & walk_in | requested_at | served_at | wall | 5min 5min 5min 5min 5min
RC-8.2-email          | email-reply            | ticket | inquiry & email | requested_at | replied_at | wall | 24h 24h 24h 24h 24h
RC-8.3-entry          | entry                  | ticket | inquiry | requested_at | recorded_at | wall | 15min 15min 15min 15min 15min
RC-9.2-handoff        | handoff                | ticket | inquiry & escalated | escalated_at | handed_over_at | wall | 30min 30min 30min 30min 30min
RC-9.2-told           | promise-told           | ticket | inquiry & escalated | escalated_at | promised_at | presence | x x x x x
RC-10.2-promise       | deferred-reply         | ticket | inquiry & promised | requested_at | replied_at | promise:promised_at | x x x x x | r
RC-10.2-intent        | inquiry-followup       | ticket | inquiry & completed | completed_at | followup_at | workday | - - - 3wd -
RC-10.2-key           | inquiry-followup       | ticket | inquiry & completed | completed_at | followup_at | workday | 1wd 1wd - - -
RC-11.1-archive       | archive                | ticket | inquiry & completed | completed_at | archived_at | workday | 1wd 1wd 1wd 1wd 1wd
CM-2.3-fault          | fault-respond          | ticket | fault | requested_at | responded_at | wall | 24h 24h 24h 24h 24h
CM-3.2-survey         | survey                 | ticket | demand & completed | completed_at | surveyed_at/satisfaction | presence | x x x x x
CD-3.1-phone          | phone-answer           | call   | inbound | started_at | answered_at | rings | 3 3 3 3 3
CD-3.1-callback       | call-back              | call   | unanswered & busy | ended_at | callback | wall | 24h 24h 24h 24h 24h
CD-3.1-told           | promise-told           | ticket | inquiry & deferred & phone | requested_at | promised_at | presence | x x x x x
"""  # noqa: E501

# rule | from | limits per tier, in the order of TIERS; for clocks that start on that day or later
_CHANGES = """
"""


@dataclass(frozen=True)
class Rule:
    id: str
    topic: str
    subject: str
    when: tuple[str, ...]
    start: str
    end: str
    clock: str
    limits: tuple[tuple[date, dict[str, str | None]], ...]
    renegotiable: bool

    @property
    def regulation(self) -> str:
        return self.id.split("-")[0]

    @property
    def uniform(self) -> bool:
        """The five tiers have the same limit, so nobody needs to know the tier."""
        return all(len(set(limits.values())) == 1 for _, limits in self.limits)

    def limits_from(self, start: datetime) -> dict[str, str | None]:
        """The limits per tier of a clock that starts then."""
        return [limits for since, limits in self.limits if since <= start.date()][-1]


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def _per_tier(limits: str) -> dict[str, str | None]:
    written = zip(TIERS, limits.split(), strict=True)
    return {tier: None if limit == "-" else limit for tier, limit in written}


def _rule(cells: list[str]) -> Rule:
    name, topic, subject, when, start, end, clock, limits = cells[:8]
    changes = [
        (date.fromisoformat(since), _per_tier(changed))
        for rule, since, changed in _cells(_CHANGES)
        if rule == name
    ]
    return Rule(
        name,
        topic,
        subject,
        tuple(when.split(" & ")),
        start,
        end,
        clock,
        ((date.min, _per_tier(limits)), *changes),
        cells[8:] == ["r"],
    )


RULES: Final = tuple(_rule(cells) for cells in _cells(_TABLE))
BY_ID: Final = {rule.id: rule for rule in RULES}
