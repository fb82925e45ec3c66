"""What the duties say of small records."""

from __future__ import annotations

from typing import Any

from checks.closing import Closing
from checks.duties import evidence
from checks.numbers.plain import plain

STAFF = [
    {"staff_id": "A1", "name": "员一", "department": "客户服务部", "role": "客服专员"},
    {"staff_id": "M1", "name": "贺建平", "department": "客户服务部", "role": "部门负责人"},
    {"staff_id": "M2", "name": "高岩", "department": "技术支持部", "role": "经理"},
    {"staff_id": "C1", "name": "王某", "department": "后勤保障组", "role": "保洁员"},
]


def judged(made: Closing) -> dict[str, Any]:
    return plain(evidence(made))


def found(made: Closing, key: str) -> dict[str, Any]:
    item: dict[str, Any] = judged(made)[key]
    return item


def numbers(item: dict[str, Any]) -> tuple[str, int, int, int]:
    return (
        item["status"],
        item["rate"]["numerator"],
        item["rate"]["denominator"],
        item["rate"]["unknown"],
    )
