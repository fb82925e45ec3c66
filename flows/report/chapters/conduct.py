"""What was said, and where records of different systems do not agree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from checks.numbers.records import Conduct, ConductPart, Disagreement, MannerKept, Said
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, code, columns, num, rate_cell

SHOWN = 40
PRINTED = 8
_SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?]*")
EXAMPLES = 3


def conduct(context: ReportContext) -> Iterator[Block]:
    """Explicit breaches with the words matched; what is expected and how often it was done; advice
    apart."""
    texts, found = context.texts, context.metrics.conduct
    if not found:
        return
    yield Heading(texts("conduct.title"))
    yield Paragraph(line(_intro(context, found)))
    if found.explicit.findings:
        yield breaches(context, found.explicit, SHOWN)
    yield _kept(context, found.kept)
    if found.advice.findings:
        yield _advice(context, found.advice)


def breached_wording(context: ReportContext) -> Iterator[Block]:
    """The breaches alone, the first of them, as they are printed."""
    found = context.metrics.conduct
    if not found or not found.explicit.findings:
        return
    yield Heading(context.texts("conduct.title"))
    yield Paragraph(line(_intro(context, found)), "lead")
    yield breaches(context, found.explicit, PRINTED)


def _intro(context: ReportContext, found: Conduct) -> str:
    return context.texts(
        "conduct.intro",
        messages=context.texts.count("message", found.agent_messages),
        bad=context.texts.count("message", found.explicit.messages),
        n=context.wording.number(found.explicit.findings),
    )


def breaches(context: ReportContext, found: ConductPart, most: int) -> Table:
    """One row a message, with the whole sentence around what must not be said."""
    titles = {entry.id: entry.title.of(context.texts.lang) for entry in found.by_list}
    by_message: dict[tuple[str, str], list[Said]] = {}
    for said in found.listed:
        by_message.setdefault((said.conversation_id, said.message_id), []).append(said)
    messages = list(by_message.values())
    rows = tuple(_breach(context, own, titles) for own in messages[:most])
    heads = columns(
        context,
        "clause",
        "phrase_list",
        "sentence",
        "message:id",
        "person:nowrap",
        "sent:nowrap",
        "source:id",
    )
    note = _capped(context, found.messages, len(rows))
    return Table(context.texts("conduct.breaches"), heads, rows, note, "tight")


def _breach(context: ReportContext, own: Sequence[Said], titles: Mapping[str, str]) -> Row:
    first, comma = own[0], context.texts("words.semicolon")
    kinds = dict.fromkeys(titles.get(said.list, said.list) for said in own)
    sentences = dict.fromkeys(sentence_around(said.text, said.words) for said in own)
    return Row(
        (
            cell(context.article(";".join(dict.fromkeys(said.article for said in own)))),
            cell(comma.join(map(context.printable.text, kinds))),
            cell(" ".join(map(context.printable.free, sentences))),
            code(context, first.message_id),
            cell(context.person(first.sender_id), "nowrap"),
            cell(context.wording.instant(first.sent_at), "nowrap"),
            code(context, f"{first.file}:{first.row}"),
        )
    )


def sentence_around(text: str, words: str) -> str:
    """The sentence that holds the words: a phrase without it convicts nobody."""
    for sentence in _SENTENCE.findall(text):
        if words and words in sentence:
            return str(sentence).strip()
    return text


def _capped(context: ReportContext, total: int, shown: int) -> str:
    return (
        context.texts("words.capped", total=f"{total:,}", shown=f"{shown:,}")
        if shown < total
        else ""
    )


def _kept(context: ReportContext, rows: Sequence[MannerKept]) -> Table:
    made = tuple(
        Row(
            (
                cell(context.article(row.article), "nowrap"),
                cell(context.printable.text(row.title.of(context.texts.lang))),
                cell(context.wording.fraction(row), NUM),
                rate_cell(context, row, None),
            )
        )
        for row in rows
    )
    return Table(
        context.texts("conduct.kept"),
        columns(context, "clause", "manner", f"of:{NUM}", f"rate:{NUM}"),
        made,
    )


def _advice(context: ReportContext, found: ConductPart) -> Table:
    """Matters of style, counted and not listed: they are no violations."""
    made = tuple(
        Row(
            (
                cell(context.article(row.article), "nowrap"),
                cell(context.printable.text(row.title.of(context.texts.lang))),
                num(context, row.findings),
            )
        )
        for row in found.by_list
    )
    heads = columns(context, "clause", "phrase_list", f"n:{NUM}")
    return Table(context.texts("conduct.advice"), heads, made, context.texts("conduct.advice_note"))


def reconciliation(context: ReportContext) -> Iterator[Block]:
    """Where records of different systems do not agree, and the rates that this puts in doubt."""
    texts = context.texts
    rows = [row for row in context.metrics.reconciliation or [] if row.count]
    if not context.metrics.reconciliation:
        return
    yield Heading(texts("reconciliation.title"))
    if not rows:
        yield Paragraph(line(texts("reconciliation.none")))
        return
    yield Paragraph(line(texts("reconciliation.intro")))
    made = tuple(_disagreement(context, row) for row in rows)
    heads = columns(context, "disagreement", f"n:{NUM}", f"looked_at:{NUM}", "examples", "doubts")
    yield Table(texts("reconciliation.table"), heads, made)


def _disagreement(context: ReportContext, row: Disagreement) -> Row:
    comma = context.texts("words.comma")
    examples = comma.join(context.printable.free(example) for example in row.examples[:EXAMPLES])
    titles = {rule.topic: context.word(rule.title) for rule in reversed(context.rulebooks.rules)}
    doubts = (
        comma.join(
            titles.get(name) or context.texts.name("doubt", name)
            for name in row.doubts
            if name in titles or name not in context.rulebooks.topics
        )
        or "—"
    )
    return Row(
        (
            cell(context.printable.text(row.title.of(context.texts.lang))),
            num(context, row.count),
            num(context, row.of),
            cell(examples or "—", "id"),
            cell(doubts),
        )
    )
