"""What is sent when a month was closed: the closing's hash, to be kept where nobody who may write
the lake can change it."""

from __future__ import annotations

from flows.archive.closings import Closed
from flows.oversight.notify import send
from flows.settings import Settings


def announce(closed: Closed, settings: Settings) -> None:
    """Send the hash to `alerts.to`. Raises NotDelivered, UsageError for an unset secret; the
    closing is published all the same."""
    title = f"刻漏：{closed.month} 已关账" + (f"（重述 {closed.restated}）" * bool(closed.restated))
    body = f"{closed.name}，全链第 {closed.number} 号\n哈希 {closed.sha256}\n"
    send(settings.alerts.to, title, f"{body}请另行保存，供 kelou verify --expect 核对。")
