"""Messages to people, through Apprise: mail, webhook, WeCom, DingTalk, Feishu and what else it
knows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from flows.settings import secret
from flows.system.errors import KelouError

ROOM: Final = {"wecombot": 2_048, "dingtalk": 20_000, "feishu": 20_000, "lark": 20_000}
"""Bytes that a text may have, by the kind of address (its scheme), as services publish them."""
ROOM_ELSEWHERE: Final = 20_000


class NotDelivered(KelouError):
    """An address refused the message or could not be reached."""

    exit_status = 1


def room_of(reference: str) -> int:
    """How many bytes a message to this address may have. Raises UsageError for an unset secret."""
    return ROOM.get(secret(reference).partition("://")[0].lower(), ROOM_ELSEWHERE)


def send(references: Sequence[str], title: str, body: str, failure: bool = False) -> None:
    """Send one text message to every address behind the secret references; `failure`: of something
    that went wrong, where a service shows that otherwise.

    Raises NotDelivered naming the references that failed (never their addresses), UsageError for an
    unset secret.
    """
    from apprise import Apprise, NotifyFormat, NotifyType

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its log lines hold addresses
    failed, kind = [], NotifyType.FAILURE if failure else NotifyType.INFO
    for reference in references:
        target = Apprise()
        if not target.add(secret(reference)) or not target.notify(
            body=body, title=title, body_format=NotifyFormat.TEXT, notify_type=kind
        ):
            failed.append(reference)
    if failed:
        raise NotDelivered(
            f"not delivered to {', '.join(failed)}; is the address right and the service reachable?"
        )
