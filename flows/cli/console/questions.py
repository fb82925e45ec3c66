"""Questions to whoever sits at the terminal; they stand on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from flows.system.visible import visible

if TYPE_CHECKING:
    from flows.ingest.decisions import Decision
    from flows.ingest.proposals import Proposal


def choice(proposal: Proposal, decision: Decision) -> str | None:
    """One of the decision's options, by number; None where it is left open."""
    text = decision.text
    if decision.kind == "code":
        text = f"{decision.columns[0]}: what is {text}?"
    typer.echo(visible(f"\n{proposal.file}: {text}"), err=True)
    for place, option in enumerate(decision.options, 1):
        typer.echo(visible(f"  {place}  {option}"), err=True)
    typer.echo("  0  leave it open", err=True)
    most = len(decision.options)

    def number(answer: str) -> int:
        if answer.strip().isdecimal() and int(answer) <= most:
            return int(answer)
        raise typer.BadParameter(f"a number from 0 to {most}")

    answer: int = typer.prompt(
        "Which one?", default="1" if decision.taken else "0", value_proc=number, err=True
    )
    return decision.options[answer - 1] if answer else None
