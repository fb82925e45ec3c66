"""Training every month and quarter, and before taking up duty."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from checks.concepts import Period
from tests.duties.told import found, judged, numbers
from tests.numbers.frames import closing, obligation, obligations

MINUTE = timedelta(minutes=1)


def test_training_every_month_and_special_training_every_quarter() -> None:
    year_end = Period(datetime(2026, 10, 1), datetime(2027, 1, 1), datetime(2027, 1, 1))
    held = [{"held_on": date(2026, 10, 3), "topic": "礼仪", "staff_id": f"A{n}"} for n in range(3)]
    held += [{"held_on": date(2026, 12, 3), "topic": "专项：异议处理"}]
    items = judged(closing(None, year_end, trainings=held))
    assert numbers(items["monthly_training"]) == ("fail", 2, 3, 0)
    assert items["monthly_training"]["details"]["months"][0]["participants"] == 3
    assert numbers(items["quarterly_training"]) == ("pass", 1, 1, 0)
    assert (
        numbers(judged(closing(None, year_end, trainings=held[:3]))["quarterly_training"])[0]
        == "fail"
    )
    assert (
        numbers(judged(closing(None, year_end, trainings=held[3:4]))["quarterly_training"])[0]
        == "pass"
    )


def test_a_months_training_is_about_service_and_of_everybody() -> None:
    judged = obligations(
        *(obligation("RC-8.2-phone", "met", who, responsible=who) for who in ("A1", "A2"))
    )
    one, both = [{"staff_id": "A1"}], [{"staff_id": "A1"}, {"staff_id": "A2"}]
    for topic, people, expected in (
        ("咨询接待礼仪", both, ("pass", 1, 1, 0)),
        ("咨询接待礼仪", one, ("fail", 0, 1, 0)),
        ("消防演练", both, ("fail", 0, 1, 0)),
        (None, both, ("unknown", 0, 0, 1)),
        ("咨询接待礼仪", [{"staff_id": None}], ("unknown", 0, 0, 1)),
    ):
        held = [{"held_on": date(2026, 10, 20), "topic": topic, **person} for person in people]
        item = found(closing(judged, trainings=held), "monthly_training")
        assert numbers(item) == expected, topic


def _training(day: date, topic: str | None = "咨询接待礼仪", **cells: Any) -> dict[str, Any]:
    return {"held_on": day, "topic": topic, "staff_id": "A1", **cells}


BEFORE, AFTER = date(2026, 9, 20), date(2026, 10, 20)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([_training(BEFORE)], ("pass", 1, 1, 0)),
        ([_training(BEFORE, "新员工岗前考核")], ("pass", 1, 1, 0)),
        ([_training(BEFORE, "消防演练")], ("unknown", 0, 0, 1)),
        ([_training(BEFORE, None)], ("unknown", 0, 0, 1)),
        ([_training(AFTER)], ("unknown", 0, 0, 1)),
        ([_training(AFTER, "新员工岗前培训")], ("fail", 0, 1, 0)),
        ([_training(BEFORE, result="pass")], ("pass", 1, 1, 0)),
        ([_training(BEFORE, result="fail")], ("fail", 0, 1, 0)),
        (
            [_training(BEFORE, result="fail"), _training(date(2026, 9, 25), result="pass")],
            ("pass", 1, 1, 0),
        ),
        (
            [_training(BEFORE), _training(BEFORE, staff_id="A2", result="pass")],
            ("unknown", 0, 0, 1),
        ),
        ([_training(BEFORE, staff_id="A2")], ("unknown", 0, 0, 1)),
    ],
)
def test_staff_pass_a_training_before_their_first_act(
    held: list[dict[str, Any]], expected: tuple[str, int, int, int]
) -> None:
    judged = obligations(obligation("TC-7-entry", "met"))
    assert numbers(found(closing(judged, trainings=held), "trained_staff")) == expected


def test_of_whoever_began_while_trainings_were_recorded_the_lack_of_one_is_known() -> None:
    judged = obligations(obligation("TC-7-entry", "met"))
    staff = [{"staff_id": "A1", "valid_from": datetime(2026, 10, 1)}]
    held = [_training(BEFORE, staff_id="A2"), _training(AFTER)]
    item = found(closing(judged, trainings=held, staff=staff), "trained_staff")
    assert numbers(item) == ("fail", 0, 1, 0)
    assert (item["details"]["only_later"], item["details"]["listed"]) == (1, ["A1"])
