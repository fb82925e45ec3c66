"""The page's server: one process, one port, until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from flows.closing.pages.app import application
from flows.closing.pages.shelf import Shelf
from flows.settings import Settings, secret
from flows.system.errors import UsageError

LEAST = 16
"""Characters of a token that nobody guesses."""


def serve_pages(shelf: Shelf, token: str, settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve the shelf at [pages] host and port until stopped. Raises UsageError: the port is taken,
    the certificate can't be read."""
    import uvicorn

    pages = settings.pages
    config = uvicorn.Config(
        application(shelf, token, settings),
        log_level="critical",
        access_log=False,
        server_header=False,
        ssl_certfile=pages.certificate,
        ssl_keyfile=pages.key,
        lifespan="off",
        timeout_graceful_shutdown=5,
    )
    try:
        config.load()
    except OSError as error:
        raise UsageError(
            f"pages.certificate {pages.certificate}, pages.key {pages.key}: {error}"
        ) from error
    with bound(pages.host, pages.port) as listening:
        port = listening.getsockname()[1]
        shown = f"[{pages.host}]" if ":" in pages.host else pages.host
        scheme = "https" if pages.certificate else "http"
        tell(f"{scheme}://{shown}:{port}/  (any user name, the token as password; Ctrl-C ends it)")
        uvicorn.Server(config).run([listening])


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises UsageError where none can."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        said = str(error.strerror or error).partition(" (")[0]
        raise UsageError(f"{host}:{port}: {said}; give another --host or --port") from error


def token_of(file: Path | None, settings: Settings) -> str:
    """The token from a file, or from where [pages] token says. Raises UsageError: there is none, or
    it is one that could be guessed."""
    if file is None:
        token = secret(settings.pages.token)
    else:
        try:
            token = file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file}: can't be read ({error}); write the token into it") from error
    if len(token) < LEAST:
        raise UsageError(
            f"the token of the page has {len(token)} characters; give it {LEAST} at least, as by: "
            "openssl rand -hex 16"
        )
    return token
