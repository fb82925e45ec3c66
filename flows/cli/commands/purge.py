"""`kelou purge`: erase what must not be kept from the lake."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from flows.cli.console.context import lake_of, settings_of
from flows.cli.console.terminal import Json, echo_json

EXAMPLES = """Erase a customer's personal data, or raw records past retention (lake.keep_raw_days),
from the lake.

Older versions of its tables lose them too. Tombstones with hashes stay, so that kelou verify tells
"erased" from "tampered with"; closings stay as they are. Shows what would be erased unless --yes
is given.

Examples:

  kelou purge --lake lake --customer C1024 --reason "客户要求删除个人信息"

  kelou purge --lake lake --customer C1024 --reason "客户要求删除个人信息" --yes

  kelou purge --lake lake --expired --yes
"""


def register(app: typer.Typer) -> None:
    app.command("purge", help=EXAMPLES)(purge)


def purge(
    ctx: typer.Context,
    lake: Annotated[
        str | None, typer.Option(help="The lake; by default the configured one.")
    ] = None,
    customer: Annotated[str | None, typer.Option(help="Whose personal data to erase.")] = None,
    reason: Annotated[str, typer.Option(help="Why, for the tombstones: who asked, when.")] = "",
    expired: Annotated[
        bool, typer.Option("--expired", help="Erase records past retention.")
    ] = False,
    on: Annotated[
        str | None, typer.Option(help="Count retention from this day; by default today.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Erase; without it only show.")] = False,
    as_json: Json = False,
) -> None:
    from flows.ingest.lake import Lake
    from flows.ingest.lake.purge import customer_rows, drop_expired, erase_customer, expired_rows
    from flows.settings.periods import day
    from flows.system.errors import UsageError

    settings = settings_of(ctx)
    uri = lake_of(ctx, lake)
    if (customer is None) == (not expired):
        raise UsageError("give either --customer ID or --expired")
    if customer and yes and not reason.strip():
        raise UsageError("--reason is empty; the tombstones need to say who asked for it")
    held = Lake(uri)
    if customer:
        counts = erase_customer(held, customer, reason) if yes else customer_rows(held, customer)
    else:
        today = day("--on", on) if on else date.today()
        before = today - timedelta(days=settings.lake.keep_raw_days)
        counts = drop_expired(held, before) if yes else expired_rows(held, before)
    if as_json:
        echo_json({"erased": yes, "rows": {count.table: count.rows for count in counts}})
        return
    for count in counts:
        if count.rows:
            typer.echo(
                f"{count.table:18} {count.rows} rows {'erased' if yes else 'would be erased'}"
            )
    if not any(count.rows for count in counts):
        typer.echo("nothing to erase")
    elif not yes:
        typer.echo("nothing was erased; repeat with --yes")
