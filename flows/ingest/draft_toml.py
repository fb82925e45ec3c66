"""A drafted mapping as commented sections of kelou.toml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.ingest.draft import Proposal


def toml_lines(proposal: Proposal, taken: set[str]) -> Iterator[str]:
    """The proposal as a commented section of kelou.toml."""
    yield f"# {proposal.file}: {proposal.rows:,} rows; {proposal.why}"
    if proposal.table is None:
        if proposal.left:
            yield f"# decide: is it a table of records at all? its headings: {_list(proposal.left)}"
        return
    if proposal.ready:
        yield "# read as it is: nothing to configure"
        return
    file = proposal.file.partition("[")[0]
    base = re.sub(r"[^a-z0-9]+", "-", Path(file).stem.lower()).strip("-") or "source"
    name = next(n for n in (base, *(f"{base}-{i}" for i in range(2, 999))) if n not in taken)
    taken.add(name)
    yield f"[inputs.sources.{name}]"
    if proposal.preset:
        yield f"preset = {_text(proposal.preset)}"
        yield f"files = [{_text(file)}]"
        return
    yield f"table = {_text(proposal.table.name)}"
    yield f"files = [{_text(file)}]"
    for line in proposal.decide:
        yield f"# decide: {line}"
    if proposal.formats:
        forms = ", ".join(f"{name} = {_text(form)}" for name, form in proposal.formats.items())
        yield f"formats = {{ {forms} }}"
    if proposal.left:
        yield f"# left over: {_list(proposal.left)}"
    yield f"[inputs.sources.{name}.columns]"
    for column, (heading, why) in proposal.columns.items():
        plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", heading)
        spoken = heading if plain else '"' + heading.replace('"', '""') + '"'
        yield f"{column} = {_text(spoken)}  # {why}"


def _text(value: str) -> str:
    """A TOML string: JSON's form of one."""
    return json.dumps(value, ensure_ascii=False)


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(re.sub(r"\s+", " ", name) for name in names[:20]) + more
