"""A bucket over HTTP, read-only, as an object store answers: lists, heads and parts of objects."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest


class Store(BaseHTTPRequestHandler):
    folder = Path()

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        key = unquote(asked.path).removeprefix("/bucket").strip("/")
        if not key:
            self._told(200, _listed(self.folder, parse_qs(asked.query).get("prefix", [""])[0]))
        elif not (self.folder / key).is_file():
            self._told(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._object((self.folder / key).read_bytes())

    do_HEAD = do_GET

    def _object(self, content: bytes) -> None:
        span = self.headers.get("Range", "").removeprefix("bytes=")
        if not span:
            self._told(200, content)
            return
        first, _, last = span.partition("-")
        start = int(first) if first else max(0, len(content) - int(last))
        end = min(int(last) + 1, len(content)) if first and last else len(content)
        where = {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"}
        self._told(206, content[start:end], where)

    def _told(self, status: int, content: bytes, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        facts = {"ETag": '"1"', "Last-Modified": "Wed, 14 Oct 2026 09:00:00 GMT"}
        facts |= {"Content-Length": str(len(content)), **(more or {})}
        for name, value in facts.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def _serve(folder: Path, port: Connection) -> None:
    Store.folder = folder
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    port.send(server.server_port)
    server.serve_forever()


@contextmanager
def bucket(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a bucket that holds the folder's files. In a process of its own: libraries
    wait for an answer without letting go of the interpreter."""
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(folder, theirs), daemon=True)
    process.start()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ours.recv()}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    try:
        yield "s3://bucket"
    finally:
        process.terminate()
        process.join()


def _listed(folder: Path, prefix: str) -> bytes:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    keys = [(path.relative_to(folder).as_posix(), path.stat().st_size) for path in found]
    objects = "".join(
        f"<Contents><Key>{escape(key)}</Key><Size>{size}</Size><ETag>1</ETag>"
        "<LastModified>2026-10-14T09:00:00.000Z</LastModified></Contents>"
        for key, size in keys
        if key.startswith(prefix)
    )
    return (
        f"<ListBucketResult><IsTruncated>false</IsTruncated>{objects}</ListBucketResult>".encode()
    )
