"""Small drops of exports for the tests of the lake."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from flows.ingest import IngestOptions
from flows.ingest.lake import Lake, pin, read_lake, take_in

CUSTOMERS = "customer_id,tier,valid_from\nC1,core,\nC2,ordinary,2026-01-01 00:00:00\n"
CALLS = (
    "call_id,direction,started_at,answered_at,rings\n"
    "K1,inbound,2026-10-05 09:00:00,2026-10-05 09:00:10,2\n"
    "K2,inbound,2026-10-05 10:00:00,看不清,3\n"
    "K2,inbound,2026-10-05 10:00:00,看不清,3\n"
    "K3,inbound,昨天,,\n"
)
CHATS = "message_id,conversation_id,sent_at,sender,text\nM1,V1,2026-10-05 09:00:00,customer,在吗\n"
TICKETS = "ticket_id,kind,opened_at\nT1,fault,2026-10-05 09:00:00\n"


def drop(folder: Path, **tables: str) -> Path:
    """A data folder with the needed tables, some of them other than usual."""
    folder.mkdir(parents=True, exist_ok=True)
    usual = {"customers": CUSTOMERS, "calls": CALLS, "chats": CHATS, "tickets": TICKETS}
    for name, text in (usual | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def ingest(data: Path, lake: Path | str) -> None:
    take_in(data, Lake(str(lake)), IngestOptions(), lambda words: None)


def contents(lake: Path | str) -> dict[str, pl.DataFrame]:
    """Every stored row of every table, as a lake that nobody disturbed would hold it."""
    held = Lake(str(lake))
    found = {name: pl.scan_delta(held.address(name)).collect() for name in pin(held)}
    found["ledger"] = found["ledger"].drop("ingested_at")
    return {name: frame.sort(frame.columns) for name, frame in found.items()}


def read(lake: Path | str):
    return read_lake(Lake(str(lake)), IngestOptions(), pin(Lake(str(lake))))
