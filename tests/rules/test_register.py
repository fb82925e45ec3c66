"""The register: every clause of every regulation has a status, and what it names exists."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from checks.duties import CHECKS
from checks.law.register import clauses_of, coverage
from checks.law.rulebook import Clause
from flows.law.rulebooks import load_rulebooks

BOOKS = load_rulebooks().rulebooks
YAML_FILES = YAML(typ="safe")
OUTLINE = {
    code: [article for line in lines for article in line]
    for code, lines in YAML_FILES.load(
        Path(__file__).parents[1] / "regulations_outline.yaml"
    ).items()
}
CLAUSES = [clause for regulation in BOOKS.regulations for clause in regulation.clauses]
DECIDED_BY_RECORDS = [
    clause for clause in CLAUSES if clause.status in ("completeness", "conduct", "evidence")
]


def known_checks() -> set[str]:
    """TABLE.check of every expectation, every list of phrases and every duty decided from optional
    tables; figures are looked up in tests/rules/test_clauses.py."""
    suites = (files("checks") / "completeness" / "suites").iterdir()
    loaded = [YAML_FILES.load(suite.read_text("utf-8")) for suite in suites]
    expectations = {
        f"{suite['table']}.{check['id']}" for suite in loaded for check in suite["checks"]
    }
    phrases = [
        YAML_FILES.load(path.read_text("utf-8"))
        for path in (files("checks") / "conduct" / "phrases").iterdir()
    ]
    transcripts = {f"chats.{entry['id']}" for entries in phrases for entry in entries}
    return expectations | transcripts | {f"{check.table}.{check.key}" for check in CHECKS}


@pytest.mark.parametrize("code", OUTLINE)
def test_every_numbered_item_of_the_text_is_in_the_register(code: str) -> None:
    articles = {clause.article for clause in BOOKS.regulation(code).clauses}
    missing = [
        item for item in OUTLINE[code] if not any(article.startswith(item) for article in articles)
    ]
    assert missing == []


@pytest.mark.parametrize("code", OUTLINE)
def test_the_register_invents_no_number(code: str) -> None:
    assert {clause.article for clause in BOOKS.regulation(code).clauses} <= set(OUTLINE[code])


@pytest.mark.parametrize("code", OUTLINE)
def test_clauses_stand_in_the_order_of_the_text(code: str) -> None:
    """By article: what an article says after its numbered items comes after them."""
    heads = [item for item in OUTLINE[code] if "(" not in item]
    places = [
        max(n for n, head in enumerate(heads) if clause.article.startswith(head))
        for clause in BOOKS.regulation(code).clauses
    ]
    assert places == sorted(places)


def test_a_text_that_breaks_off_is_said_to() -> None:
    assert all(regulation.ends for regulation in BOOKS.regulations)


def test_every_rule_is_named_by_a_clause_of_its_regulation() -> None:
    assert {row.regulation.code: row.unlisted for row in coverage(BOOKS)} == dict.fromkeys(
        BOOKS.order, ()
    )


@pytest.mark.parametrize("rule", BOOKS.rules, ids=lambda rule: rule.id)
def test_a_rule_stands_in_the_article_that_names_it(rule) -> None:  # type: ignore[no-untyped-def]
    assert any(clause.article.startswith(rule.article) for clause in clauses_of(BOOKS, rule))


@pytest.mark.parametrize("clause", DECIDED_BY_RECORDS, ids=lambda clause: clause.id)
def test_what_decides_a_clause_exists(clause: Clause) -> None:
    assert {check for check in clause.by if not check.startswith("metrics.")} <= known_checks()


def test_counts_add_up() -> None:
    for row in coverage(BOOKS):
        assert sum(row.clauses.values()) == row.total == len(row.regulation.clauses)
        assert row.total - row.duties == row.clauses["not_a_duty"]
        assert row.duties - row.by_records == row.clauses["manual"]


@pytest.mark.parametrize(
    ("article", "word", "status"),
    [
        ("TC 第五条", "更新", "completeness"),
        ("TC 第七条", "服务类型", "completeness"),
        ("TC 第八条(一)", "部门负责人", "evidence"),
        ("TC 第八条(一)", "抄送", "evidence"),
        ("TC 第九条", "专员核查", "manual"),
        ("TC 第十条(二)", "专人值守", "evidence"),
        ("TC 第十一条", "备用方案", "evidence"),
        ("TC 第六条(四)", "可行性", "manual"),
        ("TC 第六条(五)", "满意度", "completeness"),
        ("RC 第八条(一)", "全天候", "evidence"),
        ("RC 第八条(二)1", "致歉", "manual"),
        ("RC 第八条(二)2", "告知答复时限", "automated"),
        ("RC 第八条(二)3", "特殊情况", "evidence"),
        ("RC 第九条(一)", "深层需求", "manual"),
        ("RC 第九条(二)1", "当场", "manual"),
        ("RC 第九条(三)", "异议", "manual"),
        ("RC 第十条(一)", "对接销售", "manual"),
        ("RC 第十条(三)", "协调", "manual"),
        ("RC 第十一条(一)", "纸质", "manual"),
        ("RC 第十一条(二)", "每周", "evidence"),
        ("RC 第十二条", "报价", "manual"),
        ("RC 第十五条", "合同", "manual"),
        ("RC 第十七条", "每月", "evidence"),
        ("RC 第十九条", "会议", "evidence"),
        ("RC 第二十条(二)", "专项检查", "evidence"),
        ("RC 第二十一条", "考核指标", "evidence"),
        ("RC 第二十二条(二)1", "处罚", "manual"),
        ("CM 三1(1)", "档案", "completeness"),
        ("CM 三2(1)", "满意度", "automated"),
        ("CM 二(三)2(1)", "巡检", "evidence"),
        ("CD 三(一)1", "回电", "automated"),
        ("CD 五(一)2", "每月", "evidence"),
        ("CD 六(一)1", "记录", "completeness"),
        ("CD 八(一)1", "传递", "manual"),
    ],
)
def test_what_is_easily_forgotten_is_there(article: str, word: str, status: str) -> None:
    code, _, number = article.partition(" ")
    found = [
        clause.status
        for clause in BOOKS.regulation(code).clauses
        if clause.article == number and word in clause.summary.zh
    ]
    assert status in found
