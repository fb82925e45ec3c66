"""The steps of a ticket, one entry each: what they are called, where they stand, what they end.

A new milestone is a new entry here: its column of `tickets`, its event, its headings, its words in
reports and explanations, its place in the chain and that its time must be readable all follow.
Source: the input contract in README; the chains: what a recorded step proves about earlier ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Milestone:
    """name: the column of `tickets`; without `_at` it is the event of `ticket_events`.

    zh, en: what a reader is told. headings, events: other names of the column and of the event in
    exports, spaces between them. place: by kind of ticket its place in the chain; a step that is
    filled shows that those of a lower place happened, members of one place imply nothing about one
    another, and a step without a place is implied by nothing. finishes: the kind of ticket whose
    last step of service it is; a demand has none, its service goes on after its report.
    """

    name: str
    zh: str
    en: str
    headings: str = ""
    events: str = ""
    place: Mapping[str, int] = field(default_factory=dict)
    finishes: str | None = None

    @property
    def event(self) -> str:
        return self.name.removesuffix("_at")


ENTRIES: Final = (
    Milestone(
        "recorded_at",
        "录入时间",
        "time of entry",
        headings="录入时间 登记时间 建单时间 记录时间 受理登记时间 录单时间 工单登记时间",
        events="录入 登记 建单",
    ),
    Milestone(
        "responded_at",
        "响应时间",
        "time of response",
        headings=("响应时间 首次响应时间 首响时间 初步响应时间 首次响应 初次响应时间 首次联系时间"),
        events="响应 首次响应 首响 初步响应",
        place={"inquiry": 10, "fault": 10, "complaint": 10},
    ),
    Milestone(
        "served_at",
        "接待时间",
        "time served",
        headings="首次服务时间 开始服务时间 服务时间 服务开始时间 首次接待时间 接待时间",
        events="首次服务 开始服务 服务",
    ),
    Milestone(
        "escalated_at",
        "转协同时间",
        "time of escalation",
        headings="升级时间 上报时间 升级上报时间",
        events="升级 上报",
    ),
    Milestone(
        "handed_over_at",
        "内部对接时间",
        "time of hand-over",
        headings="转办时间 移交时间 转交时间 交接时间 转派时间 流转时间 交办时间",
        events="转办 移交 转交 交接",
    ),
    Milestone(
        "replied_at",
        "回复时间",
        "time of reply",
        headings="答复时间 回复时间 正式答复时间 正式回复时间 解答时间",
        events="答复 回复 正式答复",
        place={"inquiry": 20},
        finishes="inquiry",
    ),
    Milestone(
        "dispatched_at",
        "派员时间",
        "time of dispatch",
        headings="派单时间 派工时间 派遣时间 派人时间",
        events="派单 派工",
        place={"fault": 20},
    ),
    Milestone(
        "remote_started_at",
        "远程支持启动时间",
        "start of remote support",
        headings="远程开始时间 远程处理开始时间 远程支持开始时间 远程协助开始时间",
        events="远程开始 远程处理开始 远程支持开始",
        place={"fault": 20},
    ),
    Milestone(
        "departed_at",
        "出发时间",
        "time of departure",
        headings="出发时间 工程师出发时间",
        events="出发",
        place={"fault": 30},
    ),
    Milestone(
        "arrived_at",
        "到达时间",
        "time of arrival",
        headings="到场时间 到达时间 到达现场时间 抵达时间 上门时间 工程师到达时间",
        events="到场 到达 到达现场",
        place={"fault": 40},
    ),
    Milestone(
        "handling_started_at",
        "启动处置时间",
        "start of handling",
        headings="开始处理时间 处理开始时间 着手处理时间 开始解决时间",
        events="开始处理 处理开始",
        place={"fault": 20},
    ),
    Milestone(
        "solved_at",
        "解决时间",
        "time of solution",
        headings=("解决时间 故障解决时间 排除时间 故障排除时间 修复时间 故障修复时间 问题解决时间"),
        events="解决 故障解决 排除",
        place={"fault": 50},
        finishes="fault",
    ),
    Milestone(
        "customer_confirmed_at",
        "客户确认时间",
        "customer's confirmation",
        headings="客户确认时间 客户签字时间 确认时间 客户验收时间",
        events="客户确认",
    ),
    Milestone(
        "evaluated_at",
        "需求评估时间",
        "time of evaluation",
        headings="评估时间 需求评估时间 评估完成时间 需求评估完成时间",
        events="评估 需求评估",
        place={"demand": 10},
    ),
    Milestone(
        "evaluation_report_at",
        "评估报告出具时间",
        "evaluation report issued",
        headings="评估报告时间 评估报告提交时间 评估报告出具时间 评估报告完成时间",
        events="评估报告 评估报告提交",
        place={"demand": 20},
    ),
    Milestone(
        "investigated_at",
        "调查核实时间",
        "end of investigation",
        headings="调查时间 调查完成时间 核查时间 调查核实时间 调查结束时间",
        events="调查 调查完成",
        place={"complaint": 20},
    ),
    Milestone(
        "solution_agreed_at",
        "方案确认时间",
        "solution agreed",
        headings=(
            "方案商定时间 方案确认时间 协商时间 达成方案时间 方案达成时间 协商一致时间 "
            "方案协商时间 处理方案确认时间"
        ),
        events="方案商定 方案确认 协商 达成方案",
        place={"complaint": 30},
    ),
    Milestone(
        "disposed_at",
        "处置完成时间",
        "time of disposal",
        headings="处置时间 处理完成时间 处置完成时间 处理时间 投诉处理完成时间",
        events="处置 处置完成 处理完成",
        place={"complaint": 40},
        finishes="complaint",
    ),
    Milestone(
        "completed_at",
        "完成时间",
        "time of completion",
        headings=(
            "办结时间 完成时间 完结时间 结单时间 办理完成时间 工单完成时间 关闭时间 工单关闭时间"
        ),
        events="办结 完成 完结",
        place={"inquiry": 30, "fault": 60, "demand": 30, "complaint": 50},
    ),
    Milestone(
        "surveyed_at",
        "满意度调查时间",
        "time of survey",
        headings="满意度调查时间 调查满意度时间 满意度回访时间 满意度评价时间",
        events="满意度调查",
    ),
    Milestone(
        "followup_at",
        "回访时间",
        "time of follow-up",
        headings="回访时间 客户回访时间 回访日期",
        events="回访",
    ),
    Milestone(
        "archived_at",
        "归档时间",
        "time of archiving",
        headings="归档时间 资料归档时间 存档时间 归档日期",
        events="归档",
        place={"inquiry": 40, "fault": 70, "demand": 40, "complaint": 60},
    ),
)
"""In the order of the columns."""

MILESTONES: Final = tuple(entry.name for entry in ENTRIES)
WORDS: Final = {entry.name: {"zh": entry.zh, "en": entry.en} for entry in ENTRIES}
"""What a reader is told, by column and language."""
ALIASES: Final[Mapping[str, Mapping[str, Any]]] = {
    "tickets": {"headings": {entry.name: entry.headings.split() for entry in ENTRIES}},
    "ticket_events": {"values": {"event": {e.event: e.events.split() for e in ENTRIES}}},
}
"""Other names in exports, as a document of checks/records/aliases holds them."""
FINISHED_BY: Final = {entry.finishes: entry.name for entry in ENTRIES if entry.finishes}
"""The last step of service by kind of ticket."""
