"""The Prefect server as seen from here: whether it answers, and what goes on while it does not."""

from __future__ import annotations

import sys
import time
from typing import Final

import httpx

GAVE_UP: Final = "exceeded error threshold"
"""What Prefect says when it no longer asks a server that did not answer."""
LOST_SECONDS: Final = 15
"""Between two questions to a server that is away."""


def answers(api: str) -> bool:
    """Whether a server answers at this address."""
    try:
        return httpx.get(f"{api}/health", timeout=2).is_success
    except httpx.HTTPError:
        return False


def wait_for_server(api: str, every: float = LOST_SECONDS) -> None:
    """Return when the server answers, which at the boot of a machine may take a while; says once
    that it does not."""
    if answers(api):
        return
    print(f"kelou: no Prefect server answers at {api}; waiting for it", file=sys.stderr, flush=True)
    while not answers(api):
        time.sleep(every)
