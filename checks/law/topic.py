"""A topic: the act that rules bind, and what holds for every rule on it, whoever made the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, WithJsonSchema

from checks.law.rule import Name, Text
from checks.law.vocabulary import DOUBTS, expect_known, spared


def _doubt(text: str) -> str:
    expect_known("doubt", text, DOUBTS)
    return text


def _spared(text: str) -> str:
    expect_known("reason to spare an act", text, spared())
    return text


Doubt = Annotated[str, AfterValidator(_doubt), Field(json_schema_extra={"enum": list(DOUBTS)})]
Spared = Annotated[
    str, AfterValidator(_spared), WithJsonSchema({"type": "string", "enum": [*spared()]})
]


class Topic(Text):
    """The act in words (zh, en), and how the engine treats the rules on it.

    again_after_reopening: judged in every cycle of a ticket, not in the first alone.
    counts_as_overtime: breaking a deadline of it puts the ticket into overtime [TC 第八条], as far
    as the rule is of the regulation that overtime is a term of (`overtime_of`).
    excused_by: the clause that allows exceptions from it, as TC 第八条(二).
    needless_when: what spares the act; its obligations are exempt then.
    weight: `service` (a customer waits for it) or `paperwork`, which weighs less in a finding.
    by_duty_staff: answered by whoever is on duty, so that it shows whether somebody was.
    can_be_warned_of: false where no system can warn: the ticket is not in it yet.
    archives: its obligations are the archives due of 资料归档完整性.
    doubted_by: reconciliations that put its rate in doubt.
    """

    again_after_reopening: StrictBool = False
    counts_as_overtime: StrictBool = True
    excused_by: Name | None = None
    needless_when: Spared | None = None
    weight: Literal["service", "paperwork"] = "service"
    by_duty_staff: StrictBool = False
    can_be_warned_of: StrictBool = True
    archives: StrictBool = False
    doubted_by: tuple[Doubt, ...] = ()


def merged(files: Iterable[Mapping[str, Topic]]) -> dict[str, Topic]:
    """The topics of all files; a later file renames a topic, and changes of its other keys those
    that it gives."""
    topics: dict[str, Topic] = {}
    for name, topic in (item for file in files for item in file.items()):
        given = {key: getattr(topic, key) for key in topic.model_fields_set}
        topics[name] = topics[name].model_copy(update=given) if name in topics else topic
    return topics
