"""A receiver of alerts, as a mail or chat service would be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


class Receiver(ThreadingHTTPServer):
    """Keeps every message that is posted to it; answers 500 for paths in `broken` and for
    texts that hold `refused`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.messages: list[tuple[str, str]] = []
        self.broken: set[str] = set()
        self.refused: str | None = None

    def address(self, name: str) -> str:
        return f"json://127.0.0.1:{self.server_port}/{name}"


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text, refused = f"{body['title']}\n{body['message']}", self.server.refused
        taken = self.path not in self.server.broken and not (refused and refused in text)
        if taken:
            self.server.messages.append((self.path, text))
        self.send_response(200 if taken else 500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def module_receiver() -> Iterator[Receiver]:
    server = Receiver()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def receiver(module_receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """An empty receiver, its addresses in the environment."""
    module_receiver.messages.clear()
    module_receiver.broken.clear()
    module_receiver.refused = None
    for name in ("all", "tech", "emergency"):
        monkeypatch.setenv(f"KELOU_TEST_{name.upper()}", module_receiver.address(name))
    return module_receiver
