"""The page as an ASGI application: it reads, behind a token, and does nothing else."""

from __future__ import annotations

import base64
import hmac
import sys
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.closing.pages.shelf import Document, Shelf
from flows.closing.pages.view import Pages
from flows.report.words.printable import Printable
from flows.report.words.texts import TEMPLATES, load_texts
from flows.settings import Settings
from flows.system.errors import KelouError
from flows.system.visible import visible

OURS: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""What our pages may load: their style sheet. No script runs in them."""
REPORTS: Final = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""What report.html may: run in a sandbox, where it reaches none of our pages; its own heading
allows no script but the one that Kelou wrote."""
HEADERS: Final = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
LABELS: Final = (
    *("title", "back", "closings", "runs", "edition", "state", "rate", "findings", "files"),
    *("none", "unreadable", "said_heading", "all", "more", "before", "lead"),
)


def application(shelf: Shelf, token: str, settings: Settings) -> Starlette:
    """The page of a shelf, for whoever knows the token."""
    site = _Site(shelf, settings)
    routes = [
        Route("/", site.index),
        Route("/style.css", site.style),
        Route("/{kind:str}/{name:path}", site.document),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guarded, token=token)],
        exception_handlers={
            HTTPException: site.refused,
            KelouError: site.unreadable,
            Exception: site.broken,
        },
    )


class Guarded:
    """Lets in who gives the token, as password of any user or as bearer; sets the headers."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = message["headers"]
                given = {name for name, _ in sent}
                ours = {**HEADERS, "content-security-policy": OURS}
                sent += [
                    (k.encode(), v.encode()) for k, v in ours.items() if k.encode() not in given
                ]
            await send(message)

        if not _knows(Request(scope).headers.get("authorization", ""), self.token):
            asking = {"www-authenticate": 'Basic realm="Kelou", charset="UTF-8"'}
            refusal = Response("401\n", 401, asking, "text/plain; charset=utf-8")
            await refusal(scope, receive, guarded)
            return
        await self.app(scope, receive, guarded)


def _knows(authorization: str, token: str) -> bool:
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except ValueError:
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.encode(), token.encode())


class _Site:
    """What each address gives. The functions are called in threads: they read files."""

    def __init__(self, shelf: Shelf, settings: Settings) -> None:
        self.shelf, self.settings = shelf, settings

    def index(self, request: Request) -> Response:
        return self._page("index.html.j2", request, self._pages(request).index())

    def style(self, request: Request) -> Response:
        return Response(_asset("style.css"), media_type="text/css")

    def document(self, request: Request) -> Response:
        """An edition or a run, or one of its files: closings/2026-10/closing/report.pdf."""
        path = f"{request.path_params['kind']}/{request.path_params['name']}"
        if document := self.shelf.document(path):
            state, page = request.query_params.get("state"), _page(request)
            shown = self._pages(request).document(document, state, page)
            return self._page("document.html.j2", request, shown)
        for document in self.shelf.documents():
            if path.startswith(f"{document.path}/"):
                return _file(document, path.removeprefix(f"{document.path}/"))
        raise HTTPException(404)

    def refused(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = getattr(error, "headers", None)
        texts = load_texts(_lang(request))
        words = texts("pages.not_found" if status == 404 else "pages.refused")
        return self._page("message.html.j2", request, {"title": words}, status, headers)

    def unreadable(self, request: Request, error: Exception) -> Response:
        return self._page("message.html.j2", request, {"title": str(error)}, 503)

    def broken(self, request: Request, error: Exception) -> Response:
        """A defect: one line for whoever runs the server, and nothing of it for the reader."""
        told = visible(str(error).partition("\n")[0][:300])
        print(f"kelou: unexpected {type(error).__name__}: {told}", file=sys.stderr, flush=True)
        words = load_texts(_lang(request))("pages.broken")
        return self._page("message.html.j2", request, {"title": words}, 500)

    def _pages(self, request: Request) -> Pages:
        report = self.settings.report
        printable = Printable(report.show_personal_data, report.mask_staff)
        return Pages(self.shelf, load_texts(_lang(request)), printable)

    def _page(
        self,
        template: str,
        request: Request,
        shown: dict[str, Any],
        status: int = 200,
        headers: Any = None,
    ) -> Response:
        lang = _lang(request)
        texts = load_texts(lang)
        html = (
            _environment()
            .get_template(template)
            .render(
                lang=lang,
                other="en" if lang == "zh" else "zh",
                suffix="?lang=en" if lang == "en" else "",
                path=quote(request.scope["path"]),
                company=self.settings.report.company,
                label={name: texts(f"pages.{name}") for name in LABELS},
                texts=texts,
                **shown,
            )
        )
        return HTMLResponse(html, status, headers)


def _file(document: Document, name: str) -> Response:
    """A file that is given out; what comes from a report page runs in a sandbox."""
    path = document.files().get(name)
    if path is None:
        raise HTTPException(404)
    if name.endswith(".html"):
        return FileResponse(path, headers={"content-security-policy": REPORTS})
    kind = "inline" if name.endswith(".pdf") else "attachment"
    own = f"{document.name.replace('/', '-')}-{name.replace('/', '-')}"
    return FileResponse(path, filename=own, content_disposition_type=kind)


def _lang(request: Request) -> str:
    return "en" if request.query_params.get("lang") == "en" else "zh"


def _page(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return int(text) if text.isdecimal() and 0 < len(text) < 7 and int(text) else 1


@cache
def _environment() -> Environment:
    loader = PackageLoader(TEMPLATES, "pages")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _asset(name: str) -> str:
    return (files(TEMPLATES) / "pages" / name).read_text("utf-8")
