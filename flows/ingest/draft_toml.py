"""A drafted mapping as commented sections of kelou.toml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flows.ingest.decisions import lines
from flows.ingest.draft_columns import spoken
from flows.ingest.draft_spans import origin
from flows.ingest.proposals import Proposal


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
        for line in lines(proposal.decide):
            yield f"# decide: {line}"
        yield from _meanings(proposal)
        return
    yield f"table = {_text(proposal.table.name)}"
    yield f"files = [{_text(file)}]"
    if proposal.records:
        yield f"records = {_text(proposal.records)}"
    for line in lines(proposal.decide):
        yield f"# decide: {line}"
    yield from _meanings(proposal)
    if proposal.left:
        yield f"# left over: {_list(proposal.left)}"
    yield from _columns(name, proposal)


def _meanings(proposal: Proposal) -> Iterator[str]:
    if proposal.constants:
        yield f"constants = {_inline(proposal.constants)}"
    if proposal.empty:
        yield f"empty = {_inline([*proposal.empty])}"
    if proposal.formats:
        yield f"formats = {_inline(proposal.formats)}"
    if proposal.values:
        yield "# proposed, look at them:"
        yield f"values = {_inline(proposal.values)}"


def _columns(name: str, proposal: Proposal) -> Iterator[str]:
    yield f"[inputs.sources.{name}.columns]"
    profiles = {p.heading: p for p in proposal.profiles}
    for column, (heading, why) in proposal.columns.items():
        look = proposal.lookups.get(column)
        more = f", explained by {look.file}" if look else ""
        named = f"{column}_name" if look else heading
        plain = spoken(named) == named
        made = _text(named) if plain else _inline({"from": named})
        if (facts := profiles.get(heading)) and facts.parts:
            made = _inline(origin(facts))
        yield f"{column} = {made}  # {why}{more}"
    for column, (table, why) in proposal.made.items():
        yield f"{column} = {_inline(table)}  # {why}"
    for column, (text, why) in proposal.expressions.items():
        yield f"{column} = {_text(text)}  # {why}"
    for column, look in proposal.lookups.items():
        yield f"[inputs.sources.{name}.lookups.{column}]"
        yield f"files = [{_text(look.file.partition('[')[0])}]"
        yield f"key = {_text(look.heading)}"
        yield f"match = {_text(look.match)}"
        yield f"take = {{ {column}_name = {_text(look.take)} }}"


def _inline(values: object) -> str:
    """A TOML value: text, a list or an inline table."""
    if isinstance(values, Mapping):
        return (
            f"{{ {', '.join(f'{_key(key)} = {_inline(value)}' for key, value in values.items())} }}"
        )
    if isinstance(values, list):
        return f"[{', '.join(map(_inline, values))}]"
    return _text(str(values))


def _key(name: str) -> str:
    """A key of TOML: a plain word, or a text."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    """A TOML string: JSON's form of one."""
    return json.dumps(value, ensure_ascii=False)


def _list(names: Sequence[str]) -> str:
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(re.sub(r"\s+", " ", name) for name in names[:20]) + more
