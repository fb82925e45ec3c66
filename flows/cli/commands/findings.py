"""`kelou findings`: what becomes of what a closing found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.commands.rules import Form, FormOption
from flows.cli.console.context import lake_of, settings_of
from flows.cli.console.terminal import Request

HELP = """Findings of the closings of a lake: who puts them right, what they say, who has seen it.

Every word is kept with who and when, and none is changed. Whoever says that a finding is put right
does not verify it, and whoever objects does not decide. What a later closing contradicts is open
again. While an objection waits for its decision, nothing is proposed for the finding.

Examples:

  kelou findings list --lake lake --state open

  kelou findings assign F-1f24c067d2d3 --to 李工 --due 2026-11-10 --by 张主管

  kelou findings answer F-1f24c067d2d3 --by 李工 --note 已补签 --done --evidence 服务单.pdf

  kelou findings verify F-1f24c067d2d3 --by 王审计

  kelou findings object F-1f24c067d2d3 --department 技术支持部 --by 李工 --note 系统停机

  kelou findings decide F-1f24c067d2d3 --by 赵总 --accept --note 停机有记录

  kelou findings import findings.xlsx --by 张主管
"""
NumberArgument = Annotated[str, typer.Argument(metavar="FINDING", help="Number of the finding.")]
LakeOption = Annotated[str | None, typer.Option(help="The lake; by default the configured one.")]
ByOption = Annotated[str, typer.Option(help="Who says so.")]


def register(app: typer.Typer) -> None:
    findings = typer.Typer(help=HELP, no_args_is_help=True)
    for name, command in (
        ("list", list_),
        ("show", show_),
        ("assign", assign_),
        ("answer", answer_),
        ("verify", verify_),
        ("object", object_),
        ("decide", decide_),
        ("import", import_),
    ):
        findings.command(name)(command)
    app.add_typer(findings, name="findings")


def list_(
    ctx: typer.Context,
    lake: LakeOption = None,
    month: Annotated[str | None, typer.Option(help="Only those of a month, as 2026-10.")] = None,
    state: Annotated[str | None, typer.Option(help="Only those of a state, as open.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only those of a kind, as evidence.")] = None,
    department: Annotated[str | None, typer.Option(help="Only those of a department.")] = None,
    form: FormOption = Form.table,
) -> None:
    """List the findings with their states, the gravest of each month first.

    Example: kelou findings list --lake lake --state open --department 客户服务部
    """
    from flows.cli.console.listing import show
    from flows.closing.findings.listing import finding_listing

    asked = {"month": month, "state": state, "kind": kind, "department": department}
    show(finding_listing(lake_of(ctx, lake), asked, _lang(ctx)), form.value)


def show_(ctx: typer.Context, number: NumberArgument, lake: LakeOption = None) -> None:
    """Show one finding: what it is, what is asked for, and all that was said of it.

    Example: kelou findings show F-1f24c067d2d3 --lake lake
    """
    from flows.cli.console.listing import show
    from flows.closing.findings.listing import finding_card

    show(finding_card(lake_of(ctx, lake), number, _lang(ctx)), "table")


def assign_(
    ctx: typer.Context,
    number: NumberArgument,
    to: Annotated[str, typer.Option(help="The person or department that puts it right.")],
    by: ByOption,
    due: Annotated[str | None, typer.Option(help="By when, as 2026-11-10.")] = None,
    note: Annotated[str, typer.Option(help="What to record with it.")] = "",
    lake: LakeOption = None,
    request: Request = None,
) -> None:
    """Give a finding to somebody.

    Example: kelou findings assign F-1f24c067d2d3 --to 李工 --due 2026-11-10 --by 张主管
    """
    from flows.closing.findings.acts import assign

    _told(
        assign(lake_of(ctx, lake), number, to, by, due, note, request), f"{number} is given to {to}"
    )


def answer_(
    ctx: typer.Context,
    number: NumberArgument,
    by: ByOption,
    note: Annotated[str, typer.Option(help="What is said of it.")],
    done: Annotated[bool, typer.Option("--done", help="It is put right.")] = False,
    evidence: Annotated[
        Path | None, typer.Option(help="The file that shows it; its hash is kept.")
    ] = None,
    lake: LakeOption = None,
    request: Request = None,
) -> None:
    """Answer a finding, or say that it is put right.

    Example: kelou findings answer F-1f24c067d2d3 --by 李工 --note 已补签
    --done --evidence 服务单.pdf
    """
    from flows.closing.findings.acts import answer

    said = answer(lake_of(ctx, lake), number, by, note, done, evidence, request)
    _told(said, f"{number} is {'put right, to be verified' if done else 'answered'}")


def verify_(
    ctx: typer.Context,
    number: NumberArgument,
    by: ByOption,
    note: Annotated[str, typer.Option(help="What was seen.")] = "",
    reject: Annotated[bool, typer.Option("--reject", help="It is not put right.")] = False,
    lake: LakeOption = None,
    request: Request = None,
) -> None:
    """Verify that a finding is put right (销号): by another person than said so.

    Example: kelou findings verify F-1f24c067d2d3 --by 王审计
    """
    from flows.closing.findings.acts import verify

    said = verify(lake_of(ctx, lake), number, by, note, reject, request)
    _told(said, f"{number} is {'open again' if reject else 'verified'}")


def object_(
    ctx: typer.Context,
    number: NumberArgument,
    department: Annotated[str, typer.Option(help="The department that objects.")],
    by: ByOption,
    note: Annotated[str, typer.Option(help="Why.")],
    evidence: Annotated[
        Path | None, typer.Option(help="The file that shows it; its hash is kept.")
    ] = None,
    lake: LakeOption = None,
    request: Request = None,
) -> None:
    """Object to a finding (异议).

    Example: kelou findings object F-1f24c067d2d3 --department 技术支持部 --by 李工 --note 系统停机
    """
    from flows.closing.findings.decisions import object_to

    said = object_to(lake_of(ctx, lake), number, department, by, note, evidence, request)
    _told(said, f"{number} is disputed")


def decide_(
    ctx: typer.Context,
    number: NumberArgument,
    by: ByOption,
    note: Annotated[str, typer.Option(help="Why it is decided so.")],
    accept: Annotated[
        bool, typer.Option("--accept/--reject", help="The objection holds, or it does not.")
    ],
    lake: LakeOption = None,
    request: Request = None,
) -> None:
    """Decide an objection: by another person than objected. One that is accepted excuses the case
    by a recorded exemption; the next audit or restatement of the month applies it.

    Example: kelou findings decide F-1f24c067d2d3 --by 赵总 --accept --note 停机有记录
    """
    from flows.closing.findings.decisions import decide

    said, rules = decide(lake_of(ctx, lake), number, by, note, accept, settings_of(ctx), request)
    excused = f", {rules} rules excused from the next audit on" if rules else ""
    _told(said, f"{number} {'is withdrawn' if accept else 'stands'}{excused}")


def import_(
    ctx: typer.Context,
    workbook: Annotated[Path, typer.Argument(help="findings.xlsx as people filled it in.")],
    by: ByOption,
    lake: LakeOption = None,
) -> None:
    """Read back what was written into the register of an exported workbook: who puts a finding
    right and by when, what was done, and the evidence file that lies beside the workbook.

    Example: kelou findings import findings.xlsx --lake lake --by 张主管
    """
    from flows.closing.findings.filled_in import import_workbook
    from flows.system.errors import InputError

    found = import_workbook(lake_of(ctx, lake), workbook, by)
    typer.echo(f"{found.new} recorded, {found.known} were recorded before")
    for line in found.refused:
        typer.echo(line, err=True)
    if found.refused:
        raise InputError(f"{len(found.refused)} rows of {workbook} were refused")


def _told(said: bool, words: str) -> None:
    typer.echo(words if said else f"{words}; that was recorded before")


def _lang(ctx: typer.Context) -> str:
    return settings_of(ctx).report.language
