"""The suites as data: every table has one, and a wrong one is refused with words that help."""

from __future__ import annotations

import pytest

from checks.completeness.suite import SUITED, expand, parse
from flows.law.suites import load_checks, load_suites

WRONG = {
    "no kind of check": ("{}", "exactly one of"),
    "two kinds of check": ("{filled: [tier], allowed: [tier]}", "exactly one of"),
    "an unknown column": ("{filled: [teir]}", "tickets has no column teir"),
    "a column without words": ("{filled: [department]}", "gives no words for department"),
    "an unknown format": ("{format: {tier: zip}}", "no format zip"),
    "an unknown key": ("{full: [tier]}", "Extra inputs"),
}


def test_every_table_has_a_suite_of_its_own_name() -> None:
    assert set(load_suites()) == set(SUITED)


def test_every_check_has_its_own_id_and_an_article() -> None:
    checks = load_checks()
    assert len({c.id for c in checks}) == len(checks)
    assert all(c.article and c.article[0].split()[0] in ("TC", "RC", "CM", "CD") for c in checks)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_suite_is_refused(name: str) -> None:
    check, words = WRONG[name]
    head = "{id: x, article: [TC 第七条], title: {zh: 甲, en: a}, "
    text = (
        f"table: tickets\nfields: {{tier: {{zh: 等级, en: tier}}}}\nchecks:\n- {head + check[1:]}"
    )
    with pytest.raises(ValueError, match=words):
        list(expand(parse(text)))
