"""The steps of each kind of ticket, one after another, from the request to the archive."""

from __future__ import annotations

import numpy as np

from flows.generate.clock import DAY
from flows.generate.draws import NEVER, NONE, Whole
from flows.generate.tickets import (
    COMPLAINT,
    DEMAND,
    EMAIL,
    FAULT,
    INQUIRY,
    NO,
    WALK_IN,
    YES,
    Cases,
    Pace,
    no_earlier,
)

SALES, TECHNICAL, OTHER = range(3)
EMERGENCY, GENERAL = range(2)
REMOTE, ONSITE = range(2)
SAME_CITY, OTHER_CITY = range(2)


def work(cases: Cases, pace: Pace) -> None:
    """Take every case through the steps of its kind."""
    for code, steps in (
        (INQUIRY, _inquiry),
        (FAULT, _fault),
        (DEMAND, _demand),
        (COMPLAINT, _complaint),
    ):
        steps(cases, np.flatnonzero(cases.kind == code), pace)


def _inquiry(cases: Cases, who: Whole, pace: Pace) -> None:
    draws, n, asked = pace.draws, len(who), cases.asked[who]
    responded = cases.answered[who]
    cases.at["responded_at"][who] = responded
    visiting = who[cases.channel[who] == WALK_IN]
    pace.step(cases, visiting, "served_at", "serve", cases.asked[visiting], overtime=False)
    on_spot = draws.pick(n, pace.habits.weights("answered_on_spot"))
    cases.code["answered_on_spot"][who] = np.where(on_spot == 2, NONE, on_spot)
    cases.at["replied_at"][who] = responded + draws.whole(n, 60, 900)
    later = who[on_spot == NO]
    mailed = cases.channel[later] == EMAIL
    reply = pace.step(cases, later, "replied_at", "deferred_reply", cases.asked[later])
    cases.at["replied_at"][later] = no_earlier(
        reply, np.where(mailed, NEVER, cases.at["responded_at"][later]), 300
    )
    _promise(cases, later, pace)
    done = cases.at["replied_at"][who] + draws.whole(n, 300, 5400)
    cases.at["completed_at"][who] = np.maximum(done, asked + 600)
    _follow_up_inquiry(cases, who, pace)
    _archive(cases, who, pace)


def _promise(cases: Cases, who: Whole, pace: Pace) -> None:
    """What is not answered at once is promised for a time, and often passed on to specialists."""
    draws, n = pace.draws, len(who)
    usual = pace.habits.steps["deferred_reply"].amounts[cases.tier[who]].astype(np.int64)
    promised = (cases.asked[who] + usual) // 900 * 900
    cases.at["promised_at"][who] = np.where(draws.chance(n, 0.95), promised, NEVER)
    passed_on = who[draws.chance(n, pace.habits.share("escalated"))]
    escalated = cases.answered[passed_on] + draws.whole(len(passed_on), 60, 600)
    cases.at["escalated_at"][passed_on] = escalated
    pace.step(cases, passed_on, "handed_over_at", "hand_over", escalated, overtime=False)


def _follow_up_inquiry(cases: Cases, who: Whole, pace: Pace) -> None:
    """Core, important and prospective customers are called again; others now and then."""
    draws, n, tier = pace.draws, len(who), cases.tier[who]
    called = draws.chance(n, np.array([0.97, 0.96, 0.15, 0.95, 0.1])[tier])
    again = who[called]
    pace.step(
        cases, again, "followup_at", "follow_up", cases.at["completed_at"][again], overtime=False
    )
    role = np.where(cases.department[again] == TECHNICAL, TECHNICAL, SALES)
    cases.code["followup_role"][again] = np.where(draws.chance(len(again), 0.04), OTHER, role)


def _archive(cases: Cases, who: Whole, pace: Pace) -> None:
    completed = cases.at["completed_at"][who]
    finished = who[completed != NEVER]
    pace.step(
        cases,
        finished,
        "archived_at",
        "archive",
        cases.at["completed_at"][finished],
        overtime=False,
    )


def _fault(cases: Cases, who: Whole, pace: Pace) -> None:
    draws, n = pace.draws, len(who)
    urgent = draws.chance(n, pace.habits.share("emergency"))
    onsite = draws.chance(n, pace.habits.share("onsite"))
    away = draws.chance(n, pace.habits.share("other_city"))
    far = draws.chance(n, pace.habits.share("remote_area"))
    cases.code["severity"][who] = np.where(urgent, EMERGENCY, GENERAL)
    cases.code["service_mode"][who] = np.where(onsite, ONSITE, REMOTE)
    cases.code["locality"][who] = np.where(onsite, np.where(away, OTHER_CITY, SAME_CITY), NONE)
    cases.code["remote_area"][who] = np.where(onsite, np.where(away & far, YES, NO), NONE)
    for some, prefix in ((who[urgent], "urgent"), (who[~urgent], "normal")):
        pace.step(cases, some, "responded_at", f"{prefix}_respond", cases.asked[some])
        solved = pace.step(cases, some, "solved_at", f"{prefix}_solve", cases.asked[some])
        cases.at["solved_at"][some] = no_earlier(solved, cases.at["responded_at"][some], 1800)
    _attend(cases, who[urgent & onsite], who[urgent & ~onsite], who[~urgent], pace)
    _visit(cases, who[onsite], pace)
    _finish_fault(cases, who, pace)


def _attend(cases: Cases, visited: Whole, remote: Whole, usual: Whole, pace: Pace) -> None:
    """Emergencies are dispatched or helped from afar; usual faults are taken up."""
    for some, name, habit in (
        (visited, "dispatched_at", "urgent_dispatch"),
        (remote, "remote_started_at", "urgent_dispatch"),
        (usual, "handling_started_at", "normal_start"),
    ):
        started = pace.step(cases, some, name, habit, cases.asked[some])
        cases.at[name][some] = no_earlier(started, cases.at["responded_at"][some], 60)
        cases.at["solved_at"][some] = no_earlier(
            cases.at["solved_at"][some], cases.at[name][some], 1200
        )


def _visit(cases: Cases, who: Whole, pace: Pace) -> None:
    """Departure, arrival, result on site; some visits turn out to be unnecessary."""
    draws, n = pace.draws, len(who)
    from_afar = draws.chance(n, pace.habits.share("solved_remotely"))
    spared, visited = who[from_afar], who[~from_afar]
    cases.at["remote_started_at"][spared] = cases.at["responded_at"][spared] + 600
    away = cases.code["locality"][visited] == OTHER_CITY
    for some, habit, ride in (
        (visited[~away], "local_arrive", 2400),
        (visited[away], "away_arrive", 18_000),
    ):
        arrived = pace.step(cases, some, "arrived_at", habit, cases.asked[some])
        leaving, _ = pace.done(
            "away_depart", cases.asked[some], cases.tier[some], cases.strain[some]
        )
        begun = np.maximum(cases.at["dispatched_at"][some], cases.at["responded_at"][some])
        departed = no_earlier(np.minimum(leaving, arrived - ride), begun, 60)
        cases.at["departed_at"][some] = departed
        cases.at["arrived_at"][some] = no_earlier(arrived, departed, 900)
        cases.at["solved_at"][some] = no_earlier(
            cases.at["solved_at"][some], cases.at["arrived_at"][some], 1200
        )
    solved = cases.at["solved_at"][visited]
    cases.at["customer_confirmed_at"][visited] = np.where(
        draws.chance(len(visited), 0.95), solved + 600, NEVER
    )
    far = visited[cases.code["remote_area"][visited] == YES]
    agreed = cases.at["arrived_at"][far] // 3600 * 3600 + draws.whole(len(far), 0, 6) * 3600
    cases.at["agreed_arrival_at"][far] = np.where(draws.chance(len(far), 0.9), agreed, NEVER)


def _finish_fault(cases: Cases, who: Whole, pace: Pace) -> None:
    finished = np.maximum(cases.at["solved_at"][who], cases.at["customer_confirmed_at"][who])
    cases.at["completed_at"][who] = finished + pace.draws.whole(len(who), 600, 14_400)
    surveyed = pace.draws.chance(len(who), 0.5)
    cases.at["surveyed_at"][who] = np.where(surveyed, cases.at["completed_at"][who] + DAY, NEVER)
    _archive(cases, who, pace)


def _demand(cases: Cases, who: Whole, pace: Pace) -> None:
    draws, n = pace.draws, len(who)
    cases.at["responded_at"][who] = np.maximum(cases.answered[who], cases.opened[who])
    evaluated = pace.step(cases, who, "evaluated_at", "evaluate", cases.asked[who])
    evaluated = no_earlier(evaluated, cases.at["responded_at"][who], 900)
    cases.at["evaluated_at"][who] = evaluated
    reported = pace.step(cases, who, "evaluation_report_at", "report", evaluated)
    cases.at["evaluation_report_at"][who] = no_earlier(reported, evaluated, 1800)
    going_on = draws.chance(n, 0.3)
    finished = pace.clock.workday_after(
        cases.at["evaluation_report_at"][who], draws.whole(n, 1, 6), draws
    )
    cases.at["completed_at"][who] = np.where(going_on, NEVER, finished)
    surveyed = draws.chance(n, 0.9) & ~going_on
    cases.at["surveyed_at"][who] = np.where(surveyed, finished + draws.whole(n, 600, DAY), NEVER)
    _archive(cases, who, pace)


def _complaint(cases: Cases, who: Whole, pace: Pace) -> None:
    draws, asked = pace.draws, cases.asked[who]
    before = pace.step(cases, who, "responded_at", "complaint_respond", asked)
    for name, habit in (
        ("investigated_at", "investigate"),
        ("solution_agreed_at", "agree"),
        ("disposed_at", "dispose"),
    ):
        before = no_earlier(pace.step(cases, who, name, habit, asked), before, 1800)
        cases.at[name][who] = before
    called = who[draws.chance(len(who), 0.96)]
    pace.step(
        cases,
        called,
        "followup_at",
        "complaint_follow_up",
        cases.at["disposed_at"][called],
        overtime=False,
    )
    cases.code["followup_role"][called] = OTHER
    cases.at["completed_at"][who] = before + draws.whole(len(who), 600, 7200)
    _archive(cases, who, pace)
