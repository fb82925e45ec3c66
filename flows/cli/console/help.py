"""The help in Chinese, where the locale is: the English words at the commands are the keys."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

_EXAMPLE: Final = re.compile(
    r"^(Examples?:|Begin with:)?\s*((?:KELOU_\w+=.*? )?(?:kelou|prefect) .*)?$", re.S
)
_LEADS: Final = {"Example:": "示例：", "Examples:": "示例：", "Begin with:": "先试："}
_PANELS: Final = {
    "OPTIONS_PANEL_TITLE": "选项",
    "ARGUMENTS_PANEL_TITLE": "参数",
    "COMMANDS_PANEL_TITLE": "命令",
}


def in_chinese() -> bool:
    """Whether the locale of messages is Chinese: the first variable that is set decides."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((name for name in named if name), "").lower().startswith("zh")


def translate(command: Any, words: Mapping[str, str] | None = None) -> None:
    """Put the Chinese words in the place of a command's help, of its options', and of all below."""
    if words is None:
        words = chinese()
        from typer import rich_utils

        for name, title in _PANELS.items():
            setattr(rich_utils, name, title)
    command.help = translated(command.help or "", words)
    command.short_help = None
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = translated(parameter.help, words)
    asked_for = command.get_help_option

    def help_option(context: Any) -> Any:
        option = asked_for(context)
        if option is not None:
            option.help = "显示帮助。"
        return option

    command.get_help_option = help_option
    for below in getattr(command, "commands", {}).values():
        translate(below, words)


def translated(text: str, words: Mapping[str, str]) -> str:
    """The paragraphs in Chinese; what has no words there stays as it is."""
    return "\n\n".join(_paragraph(each, words) for each in _paragraphs(text))


def said(text: str) -> Iterator[str]:
    """What is to be translated of a help: its paragraphs in one line each, examples aside."""
    for paragraph in _paragraphs(text):
        if not _EXAMPLE.match(paragraph):
            yield " ".join(paragraph.split())


def chinese() -> dict[str, str]:
    from ruamel.yaml import YAML

    source = files("report_templates") / "locales" / "help.zh.yaml"
    return dict(YAML(typ="safe").load(source.read_text("utf-8")))


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.strip()) if part.strip()]


def _paragraph(text: str, words: Mapping[str, str]) -> str:
    if example := _EXAMPLE.match(text):
        lead = _LEADS.get(example[1] or "", "")
        return f"{lead}{example[2] or ''}" if lead else text
    return words.get(" ".join(text.split()), text)
