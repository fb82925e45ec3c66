"""`kelou rules`: which rules there are, what one asks, how every clause is looked after, where they
conflict."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.console.context import settings_of

if TYPE_CHECKING:
    from checks.explanations.rule_words import RuleWords
    from checks.law.rulebook import Rulebooks


class Form(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


class Lang(StrEnum):
    zh = "zh"
    en = "en"


FormOption = Annotated[Form, typer.Option("--format", help="How to print.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the texts.")]
FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--rulebooks",
        metavar="DIR",
        help="The company's own rulebooks, DIR/CODE/*.yaml, on top of the shipped.",
    ),
]
DayOption = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="DATE", help="Limits in force on this day, as 2026-10-01; by default today."
    ),
]

HELP = """The rulebooks: rules, clauses, conflicts.

Examples:

  kelou rules list --format csv

  kelou rules show TC-6.2-urgent-solve --lang en

  kelou rules coverage

  kelou rules parameters

  kelou rules conflicts --rulebooks our-rules

  kelou rules new our-rules

  kelou rules check our-rules --lang en
"""


def register(app: typer.Typer) -> None:
    rules = typer.Typer(help=HELP, no_args_is_help=True)
    for name, command in (
        ("list", list_rules),
        ("show", show_rule),
        ("coverage", show_coverage),
        ("conflicts", show_conflicts),
        ("parameters", show_parameters),
        ("schema", show_schema),
        ("check", check_rules),
        ("new", new_rules),
    ):
        rules.command(name)(command)
    app.add_typer(rules, name="rules")


def list_rules(
    ctx: typer.Context,
    form: FormOption = Form.table,
    rulebooks: FolderOption = None,
    on: DayOption = None,
    lang: LangOption = Lang.zh,
) -> None:
    """Every rule with its limits; the CSV form has one column per property.

    Example: kelou rules list --format csv --on 2027-01-01
    """
    from flows.cli.console.listing import show
    from flows.law.rule_tables import rule_listing

    books, words = _load(ctx, rulebooks, lang)
    show(rule_listing(books, words, _day(on)), form.value)


def show_rule(
    ctx: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Its id, as TC-6.1-phone.")],
    form: FormOption = Form.table,
    rulebooks: FolderOption = None,
    on: DayOption = None,
    lang: LangOption = Lang.zh,
) -> None:
    """Explain one rule: what it asks of whom, from when, by when, on what basis, and what else
    binds the act.

    Example: kelou rules show TC-6.2-urgent-solve --lang en
    """
    import difflib

    from flows.cli.console.listing import show
    from flows.law.rule_tables import rule_card_listing
    from flows.system.errors import UsageError

    books, words = _load(ctx, rulebooks, lang)
    known = {found.id.casefold(): found for found in books.rules}
    if rule.casefold() not in known:
        close = [known[name].id for name in difflib.get_close_matches(rule.casefold(), known, n=3)]
        hint = f"did you mean {', '.join(close)}? " if close else ""
        raise UsageError(f"no rule {rule}; {hint}all of them: kelou rules list")
    show(rule_card_listing(known[rule.casefold()], books, words, _day(on)), form.value)


def show_coverage(
    ctx: typer.Context,
    form: FormOption = Form.table,
    rulebooks: FolderOption = None,
    lang: LangOption = Lang.zh,
) -> None:
    """Every clause of every regulation, and how it is looked after.

    Example: kelou rules coverage --format csv
    """
    from flows.cli.console.listing import show
    from flows.law.rule_tables import clause_listing

    books, words = _load(ctx, rulebooks, lang)
    show(clause_listing(books, words), form.value)


def show_conflicts(
    ctx: typer.Context,
    form: FormOption = Form.table,
    rulebooks: FolderOption = None,
    on: DayOption = None,
    lang: LangOption = Lang.zh,
) -> None:
    """Where rules ask different things of one act, or a later step before an earlier one, and which
    governs.

    Example: kelou rules conflicts --rulebooks our-rules --on 2027-01-01
    """
    from flows.cli.console.listing import show
    from flows.law.rule_tables import conflict_listing

    books, words = _load(ctx, rulebooks, lang)
    show(conflict_listing(books, words, _day(on)), form.value)


def show_parameters(
    ctx: typer.Context,
    form: FormOption = Form.table,
    rulebooks: FolderOption = None,
    lang: LangOption = Lang.zh,
) -> None:
    """The amounts of the law that no single rule holds: what a session is, when a record is
    missing, below which rate a department is penalised.

    Example: kelou rules parameters --lang en
    """
    from flows.cli.console.listing import show
    from flows.law.rule_tables import parameter_listing

    books, words = _load(ctx, rulebooks, lang)
    show(parameter_listing(books, words), form.value)


def show_schema() -> None:
    """The JSON schema of a rulebook file, for an editor that checks while one writes.

    Example: kelou rules schema > our-rules/schema.json
    """
    import json

    from checks.law.rulebook_text import json_schema

    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))


def check_rules(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Folder of rulebooks; without it those in force."),
    ] = None,
    form: FormOption = Form.table,
    on: DayOption = None,
    lang: LangOption = Lang.zh,
) -> None:
    """Say everything that is wrong in rulebooks at once, with file and line; then which
    combinations of conditions no rule binds, and which are bound twice. Exit status 2 where
    something is wrong.

    Example: kelou rules check our-rules --lang en
    """
    from flows.cli.console.listing import show
    from flows.law.combination_listing import combination_listing
    from flows.law.inspection import mistake_listing
    from flows.law.rulebooks import keep_columns

    if folder is not None:
        keep_columns(settings_of(ctx))
        found = mistake_listing(folder, settings_of(ctx).judging.governing_order, lang.value)
        if found.rows:
            show(found, form.value)
            raise typer.Exit(2)
        if form is Form.table:
            show(found, form.value)
    books, words = _load(ctx, folder, lang)
    show(combination_listing(books, words, _day(on)), form.value)


def new_rules(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; a new one.")],
    lang: LangOption = Lang.zh,
) -> None:
    """Write a small, commented package of rules to start from; it is sound as it is, and an audit
    runs with it.

    Example: kelou rules new our-rules
    """
    from flows.law.new_rulebooks import write_new
    from flows.law.rule_tables import rule_words

    write_new(folder)
    print(rule_words(lang.value).words.say("check", "written", folder=folder))


def _load(ctx: typer.Context, folder: Path | None, lang: Lang) -> tuple[Rulebooks, RuleWords]:
    from flows.law.rule_tables import rule_words
    from flows.law.rulebooks import keep_columns, load_rulebooks

    judging = settings_of(ctx).judging
    keep_columns(settings_of(ctx))
    books = load_rulebooks(
        folder or judging.rulebooks, judging.governing_order, judging.regulations
    ).rulebooks
    return books, rule_words(lang.value)


def _day(text: str | None) -> date:
    from flows.system.errors import UsageError

    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--on {text}: write a day as 2026-10-01") from None
