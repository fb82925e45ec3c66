"""The page that shows published reports: what it shows, to whom, and that it does nothing else."""

from __future__ import annotations

import shutil
import socket
import warnings
from pathlib import Path
from typing import Any

import pytest

from flows.archive.closings import Closed
from flows.closing.approvals import record_objection
from flows.closing.close import close_run
from flows.closing.pages.app import application
from flows.closing.pages.serve import bound, token_of
from flows.closing.pages.shelf import Shelf
from flows.scheduled.artifacts import address_of
from flows.settings import Settings
from flows.system.errors import UsageError

with warnings.catch_warnings(action="ignore"):  # it asks for another client, which the lock lacks
    from starlette.testclient import TestClient

TOKEN = "0123456789abcdef"
SECRET = "nobody reads this"
HOSTILE = "<script>alert(1)</script>"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def shelf(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A closing with an objection, the run that it was made of, a link and a secret beside it."""
    folder = tmp_path_factory.mktemp("shelf")
    run = Path(shutil.copytree(published, folder / "runs" / "2026-10" / "inspection"))
    closed = close_run(str(folder / "lake"), run, Settings()).closed
    record_objection(closed.folder, "技术支持部", HOSTILE, "停机，电话 13812345678", None)
    (folder / "runs" / "secret.txt").write_text(SECRET)
    (run / "report.pdf").unlink()
    (run / "report.pdf").symlink_to(folder / "runs" / "secret.txt")
    return Shelf(str(folder / "lake"), folder / "runs")


@pytest.fixture(scope="module")
def client(shelf: Shelf) -> TestClient:
    made = TestClient(application(shelf, TOKEN, Settings()), raise_server_exceptions=False)
    made.headers["authorization"] = f"Bearer {TOKEN}"
    return made


CLOSING = "/closings/2026-10/closing"
RUN = "/runs/2026-10/inspection"


def test_the_list_leads_to_every_edition_and_run_in_both_languages(client: TestClient) -> None:
    chinese, english = client.get("/").text, client.get("/?lang=en").text
    for path in (CLOSING, RUN):
        assert f'href="{path}"' in chinese and f'href="{path}?lang=en"' in english
        assert client.get(path).status_code == 200
    assert "各月结账" in chinese and "异议 1 项" in chinese
    assert "Closings by month" in english and "结账" not in english


def test_an_edition_shows_its_facts_its_findings_and_what_was_said(
    client: TestClient, shelf: Shelf
) -> None:
    assert shelf.lake
    page = client.get(CLOSING).text
    closed = Closed(Path(shelf.lake) / CLOSING[1:])
    assert closed.sha256 in page and "2026年10月1日" in page and "待整改" in page
    assert "停机" in page and "13812345678" not in page
    assert HOSTILE not in page and "&lt;script&gt;" in page
    assert client.get(f"{CLOSING}?state=verified").text.count("<tr>") < page.count("<tr>")
    for odd in ("page=0", "page=x", "page=999999", "state=%00", "lang=../en"):
        assert client.get(f"{CLOSING}?{odd}").status_code == 200


def test_files_are_those_that_were_published(client: TestClient, shelf: Shelf) -> None:
    assert shelf.lake
    for name in ("report.html", "findings.csv", "findings.xlsx", "register.csv", "manifest.json"):
        answer = client.get(f"{CLOSING}/{name}")
        assert answer.content == (Path(shelf.lake) / CLOSING[1:] / name).read_bytes()
        assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in client.get(f"{CLOSING}/report.html").headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        *(f"{CLOSING}/{name}" for name in ("local.json", "obligations.parquet", "approved", "")),
        f"{RUN}/report.pdf",
        f"{RUN}/../../secret.txt",
        f"{RUN}/..%2f..%2fsecret.txt",
        *("/runs/secret.txt", "/runs//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/lake", "/docs"),
    ],
)
def test_nothing_else_is_given_out(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, SECRET in answer.text) == (404, False)


def test_nothing_can_be_done(client: TestClient) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        assert client.request(method, CLOSING).status_code == 405
    assert client.head(CLOSING).status_code == 200 and client.head(CLOSING).text == ""


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 401),
        (("anybody", TOKEN), 200),
        (("anybody", TOKEN[:-1]), 401),
        ("Bearer wrong-token-of-all", 401),
        ("Basic §", 401),
        ("Basic /w==", 401),
        ("Digest x", 401),
    ],
)
def test_only_who_knows_the_token_comes_in(shelf: Shelf, given: Any, status: int) -> None:
    client = TestClient(application(shelf, TOKEN, Settings()))
    known = {"auth": given} if isinstance(given, tuple) else {}
    headers = {"authorization": given.encode()} if isinstance(given, str) else {}
    for path in ("/", f"{CLOSING}/findings.csv", "/style.css"):
        answer = client.get(path, headers=headers, **known)
        assert answer.status_code == status
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_damaged_closing_is_told_and_the_rest_is_shown(shelf: Shelf, tmp_path: Path) -> None:
    lake = Path(shutil.copytree(str(shelf.lake), tmp_path / "lake"))
    (lake / CLOSING[1:] / "metrics.json").write_text("{")
    client = TestClient(application(Shelf(str(lake), shelf.runs), TOKEN, Settings()))
    page = client.get("/", auth=("x", TOKEN)).text
    assert "metrics.json" in page and f'href="{RUN}"' in page


def test_a_port_in_use_and_a_token_that_is_none_are_told(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(UsageError, match="in use; give another"),
    ):
        bound("127.0.0.1", taken.getsockname()[1])
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert token_of(tmp_path / "token", Settings()) == TOKEN
    (tmp_path / "token").write_text("short")
    for file in (tmp_path / "token", tmp_path / "none", None):
        with pytest.raises(UsageError):
            token_of(file, Settings())


def test_a_run_of_the_schedules_links_to_the_page(tmp_path: Path) -> None:
    given = {"schedules": {"out": tmp_path}, "pages": {"url": "https://kelou.example.com/"}}
    settings = Settings.model_validate(given)
    inside, outside = tmp_path / "2026-10" / "检查" / "report.pdf", Path("/elsewhere/report.pdf")
    path = "runs/2026-10/%E6%A3%80%E6%9F%A5/report.pdf"
    assert address_of(inside, settings) == f"https://kelou.example.com/{path}"
    assert address_of(outside, settings) == address_of(outside, Settings()) == outside.as_uri()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH: the page is not opened in one")
def test_in_a_browser_the_page_runs_nothing_and_the_report_works(shelf: Shelf) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    client = TestClient(application(shelf, TOKEN, Settings()))
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))

        def answered(route: Any) -> None:
            path = route.request.url.removeprefix("http://kelou.test")
            assert path != route.request.url, "the page asks for something from elsewhere"
            answer = client.get(path, auth=("officer", TOKEN))
            route.fulfill(
                status=answer.status_code, headers=dict(answer.headers), body=answer.content
            )

        page.route("**/*", answered)
        page.goto("http://kelou.test/")
        page.get_by_role("link", name="2026-10 月度结账").click()
        assert page.locator("script").count() == 0
        assert page.locator("main").evaluate("e => getComputedStyle(e).maxWidth") != "none"
        page.get_by_role("link", name="report.html").click()
        page.get_by_role("searchbox").first.wait_for()
        assert page.locator("#cases tbody tr").count() > 0
        assert said == []
        chromium.close()
