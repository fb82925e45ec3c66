"""A query stands for a table: SQLite always, PostgreSQL and MariaDB where a server is installed."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from flows.settings.sources import SourceSettings
from flows.system.errors import InputError, UsageError
from tests.ingest.conftest import Read
from tests.ingest.object_store import bucket

ROWS = """
create table telephone
  (no integer, way varchar(10), began timestamp, answered timestamp,
   zoned timestamp with time zone);
insert into telephone values (1, 'in', '2026-10-14 01:00:00', null, '2026-10-14 09:00:00+08');
insert into telephone
  values (2, 'out', '2026-10-14 01:05:00', '2026-10-14 01:05:10', '2026-10-14 09:05:00+08');
insert into telephone
  values (2, 'out', '2026-10-14 01:05:00', '2026-10-14 01:05:10', '2026-10-14 09:05:00+08');
insert into telephone values (3, 'in', null, null, null);
"""


PASSWORD = "right-one"


def source(query: str, uri: str = "env:TELEPHONE_DB", **more: object) -> dict[str, SourceSettings]:
    return {
        "telephone": SourceSettings.model_validate(
            {"table": "calls", "query": query, "uri": uri, **more}
        )
    }


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    path = tmp_path_factory.mktemp("db") / "calls.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(ROWS)
    monkeypatch.setenv("TELEPHONE_DB", f"sqlite://{path}")
    return str(path)


@pytest.mark.usefixtures("sqlite")
def test_sqlite_query(read: Read) -> None:
    query = (
        "select no as call_id, way as direction, cast(began as text) as started_at from telephone"
    )
    intake = read({}, sources=source(query, time_zone="UTC"))
    assert tuple(intake.accounting["calls"].values()) == (4, 2, 1, 0, 1)
    assert intake.records["calls"].select(
        "call_id", "started_at", "_file", "_row"
    ).collect().rows() == [
        ("1", datetime(2026, 10, 14, 9), "query:telephone", 2),
        ("2", datetime(2026, 10, 14, 9, 5), "query:telephone", 3),
    ]
    assert intake.sources[0].path == "query:telephone" and len(intake.sources[0].sha256) == 64


@pytest.mark.usefixtures("sqlite")
def test_a_query_may_be_mapped(read: Read) -> None:
    columns = {"call_id": "'K' || CAST(no AS VARCHAR)", "direction": "way", "started_at": "began"}
    query = "select no, way, cast(began as text) as began from telephone where began is not null"
    intake = read({}, sources=source(query, columns=columns))
    assert intake.records["calls"].select("call_id").collect().to_series().to_list() == ["K1", "K2"]


@pytest.mark.usefixtures("sqlite")
def test_a_mapped_query_must_give_the_columns(read: Read) -> None:
    columns = {"call_id": "no", "direction": "way", "started_at": "begun"}
    query = "select no, way, cast(began as text) as began from telephone where began is not null"
    with pytest.raises(
        InputError, match=r"query:telephone: no column begun, .* did you mean began\?"
    ):
        read({}, sources=source(query, columns=columns))
    intake = read({}, sources=source(query, columns=columns, labels={"begun": ["Began"]}))
    assert intake.records["calls"].select("started_at").collect().to_series().to_list()[
        0
    ] == datetime(2026, 10, 14, 1)


@pytest.mark.usefixtures("sqlite")
def test_a_wrong_query_is_told(read: Read) -> None:
    with pytest.raises(
        InputError, match=r"inputs\.sources\.telephone: the query failed: .*no such table"
    ):
        read({}, sources=source("select * from fax"))


def test_the_address_stays_secret(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="TELEPHONE_DB is not set"):
        read({}, sources=source("select 1"))
    monkeypatch.setenv("TELEPHONE_DB", "postgresql://me:topsecret@127.0.0.1:port/none")
    with pytest.raises(InputError, match="the query failed") as caught:
        read({}, sources=source("select 1"))
    assert "topsecret" not in str(caught.value)


def programs() -> Path | None:
    """Where PostgreSQL's programs are; Debian does not put them on the path."""
    found = shutil.which("initdb")
    folders = (
        [Path(found).resolve().parent]
        if found
        else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    )
    return next(
        (
            folder
            for folder in folders
            if all((folder / name).exists() for name in ("initdb", "postgres", "psql"))
        ),
        None,
    )


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, with the table."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with tempfile.TemporaryDirectory(prefix="kelou-pg-") as home, socket.socket() as free:
        user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root
        if user:
            shutil.chown(home, user)
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        free.close()
        Path(home, "password").write_text(PASSWORD)
        if user:
            shutil.chown(f"{home}/password", user)
        initdb = [
            folder / "initdb",
            "-D",
            f"{home}/data",
            "-U",
            "kelou",
            "-A",
            "scram-sha-256",
            f"--pwfile={home}/password",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, capture_output=True, cwd=home, user=user)
        command = [
            folder / "postgres",
            "-D",
            f"{home}/data",
            "-p",
            port,
            "-k",
            home,
            "-h",
            "127.0.0.1",
            "-F",
        ]
        nowhere = subprocess.DEVNULL
        server = subprocess.Popen(command, cwd=home, stdout=nowhere, stderr=nowhere, user=user)
        try:
            psql = [
                folder / "psql",
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                port,
                "-U",
                "kelou",
                "-d",
                "postgres",
            ]
            env = {**os.environ, "PGPASSWORD": PASSWORD}
            while subprocess.run(
                [*psql, "-c", "select 1"], capture_output=True, check=False, env=env
            ).returncode:
                assert server.poll() is None, "the server did not start"
                time.sleep(0.1)
            subprocess.run(psql, input=ROWS, text=True, check=True, capture_output=True, env=env)
            yield f"postgresql://kelou:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            server.wait(10)


def test_postgresql_query(read: Read, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEPHONE_DB", postgres)
    query = (
        "select no as call_id, way as direction, began as started_at, zoned as answered_at "
        "from telephone"
    )
    intake = read({}, sources=source(query, time_zone="UTC"))
    assert tuple(intake.accounting["calls"].values()) == (4, 2, 1, 0, 1)
    nine = datetime(2026, 10, 14, 9)
    assert intake.records["calls"].select("call_id", "started_at", "answered_at").collect().row(
        0
    ) == ("1", nine, nine)


def test_a_wrong_password_is_one_line(
    read: Read, postgres: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELEPHONE_DB", postgres.replace(PASSWORD, "wrong-one"))
    with pytest.raises(InputError, match="password authentication failed") as caught:
        read({}, sources=source("select 1"))
    assert "wrong-one" not in str(caught.value) and "\n" not in str(caught.value)
    # What the library says while it goes on trying stays off the screen
    assert capfd.readouterr() == ("", "")


def test_where_nobody_listens_is_told_at_once(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("TELEPHONE_DB", f"mysql://me:topsecret@127.0.0.1:{port}/none")
    with pytest.raises(InputError, match="Connection refused") as caught:
        read({}, sources=source("select 1"))
    assert "topsecret" not in str(caught.value)


@pytest.fixture(scope="module")
def mariadb() -> Iterator[str]:
    """The address of a MariaDB server of our own, with the table."""
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
    found = [
        shutil.which(name, path=path) for name in ("mariadbd", "mariadb-install-db", "mariadb")
    ]
    server_program, install, client = found
    if server_program is None or install is None or client is None:
        pytest.skip("MariaDB is not installed (Debian: apt-get install mariadb-server)")
    with tempfile.TemporaryDirectory(prefix="kelou-my-") as home:
        user = ["--user=root"] if os.getuid() == 0 else []
        options = ["--no-defaults", f"--datadir={home}/data", *user]
        base = f"--basedir={Path(install).resolve().parents[1]}"
        method = "--auth-root-authentication-method=normal"
        setup = [install, *options, base, method, "--skip-test-db"]
        subprocess.run(setup, check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        listen = [f"--port={port}", "--bind-address=127.0.0.1", f"--socket={home}/s"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen(
            [server_program, *options, *listen, "--skip-name-resolve"], **quiet
        )
        ask = [client, "--no-defaults", f"--socket={home}/s", "-uroot"]
        try:
            while subprocess.run([*ask, "-e", "select 1"], capture_output=True).returncode:
                assert server.poll() is None, "the server did not start"
                time.sleep(0.1)
            account = f"create user kelou@'127.0.0.1' identified by '{PASSWORD}';"
            account += (
                "create database desk; grant select on desk.* to kelou@'127.0.0.1'; use desk;"
            )
            rows = ROWS.replace("timestamp with time zone", "datetime(3)").replace("+08'", "'")
            rows = rows.replace(" timestamp", " datetime")
            subprocess.run(ask, input=account + rows, text=True, check=True, capture_output=True)
            yield f"mysql://kelou:{PASSWORD}@127.0.0.1:{port}/desk"
        finally:
            server.terminate()
            server.wait(20)


def test_mariadb_query(read: Read, mariadb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEPHONE_DB", mariadb)
    query = "select no as call_id, way as direction, began as started_at, answered as answered_at"
    intake = read({}, sources=source(f"{query} from telephone", time_zone="UTC"))
    assert tuple(intake.accounting["calls"].values()) == (4, 2, 1, 0, 1)
    assert intake.records["calls"].select(
        "call_id", "started_at", "answered_at"
    ).collect().rows() == [
        ("1", datetime(2026, 10, 14, 9), None),
        ("2", datetime(2026, 10, 14, 9, 5), datetime(2026, 10, 14, 9, 5, 10)),
    ]
    monkeypatch.setenv("TELEPHONE_DB", mariadb.replace(PASSWORD, "wrong-one"))
    with pytest.raises(InputError, match="Access denied") as caught:
        read({}, sources=source("select 1"))
    assert "wrong-one" not in str(caught.value)


def stored(address: Path | str) -> dict[str, SourceSettings]:
    columns = {"call_id": "id", "direction": "way", "started_at": "began"}
    settings = {"table": "calls", "store": str(address), "columns": columns}
    return {"lake": SourceSettings.model_validate(settings)}


def test_a_folder_of_parquet_files_and_a_delta_table_here_and_on_an_object_store(
    read: Read, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, began = tmp_path_factory.mktemp("store"), datetime(2026, 10, 14, 9)
    rows = pl.DataFrame({"id": [1, 2], "way": ["in", "out"], "began": [began, began]})
    (store / "calls" / "day=14").mkdir(parents=True)
    rows.head(1).write_parquet(store / "calls" / "a.parquet")
    rows.tail(1).write_parquet(store / "calls" / "day=14" / "b.parquet")
    rows.head(1).write_delta(store / "delta")
    rows.tail(1).write_delta(store / "delta", mode="append")
    with bucket(store, monkeypatch) as remote:
        for address in (store / "calls", store / "delta", f"{remote}/calls", f"{remote}/delta"):
            found = read({}, sources=stored(address)).records["calls"]
            assert found.select("call_id", "started_at").sort("call_id").collect().rows() == [
                ("1", began),
                ("2", began),
            ]
        with pytest.raises(InputError, match=r"lake: s3://bucket/nowhere can't be read: "):
            read({}, sources=stored(f"{remote}/nowhere"))
    with pytest.raises(InputError, match=r"inputs\.sources\.lake: .*nowhere can't be read: "):
        read({}, sources=stored(store / "nowhere"))
    with pytest.raises(UsageError, match="holds a password"):
        read({}, sources=stored("s3://me:secret@bucket/calls"))
