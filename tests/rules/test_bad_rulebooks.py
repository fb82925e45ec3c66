"""One mistake per file of tests/bad_rulebooks; its first line holds the words of the error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.law.rulebooks import load_rulebooks
from flows.system.errors import UsageError
from flows.system.visible import message

FILES = sorted((Path(__file__).parents[1] / "bad_rulebooks").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_named_with_file_line_and_key(path: Path, tmp_path: Path) -> None:
    expected = path.read_text("utf-8").partition("\n")[0].removeprefix("# error: ")
    (tmp_path / "OWN").mkdir()
    copy = shutil.copy(path, tmp_path / "OWN" / path.name)
    with pytest.raises(UsageError) as caught:
        load_rulebooks(tmp_path)
    assert str(caught.value) == message(f"rulebook {copy}, {expected}")
    assert caught.value.exit_status == 2


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "OWN").mkdir()
    (tmp_path / "OWN" / "gbk.yaml").write_bytes(
        "regulation:\n  title: {zh: 制度, en: Rules}\n".encode("gb18030")
    )
    with pytest.raises(
        UsageError, match=r"OWN/gbk\.yaml, line 2: not UTF-8 text; save it as UTF-8"
    ):
        load_rulebooks(tmp_path)


def test_a_folder_without_rulebooks_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no rulebooks in .*expected .*CODE/\*\.yaml"):
        load_rulebooks(tmp_path / "nowhere")


def test_an_order_that_names_an_unknown_regulation() -> None:
    with pytest.raises(UsageError, match="XX: there is no regulation of this code"):
        load_rulebooks(order=("TC", "XX"))
