"""Messages to people, through Apprise: mail, webhook, WeCom, DingTalk, Feishu and what else it
knows."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flows.settings import secret
from flows.system.errors import KelouError


class NotDelivered(KelouError):
    """An address refused the message or could not be reached."""

    exit_status = 1


def send(references: Sequence[str], title: str, body: str) -> None:
    """Send one text message to every address behind the secret references.

    Raises NotDelivered naming the references that failed (never their addresses), UsageError for an
    unset secret.
    """
    from apprise import Apprise, NotifyFormat

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its log lines hold addresses
    failed = []
    for reference in references:
        target = Apprise()
        if not target.add(secret(reference)) or not target.notify(
            body=body, title=title, body_format=NotifyFormat.TEXT
        ):
            failed.append(reference)
    if failed:
        raise NotDelivered(
            f"not delivered to {', '.join(failed)}; is the address right and the service reachable?"
        )
