"""A column of the export's own is kept, and rules ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.judging import judge
from flows.audit.gathering import ingest, load_rules
from flows.cli import run as kelou
from flows.settings import Settings, parse_settings
from flows.settings.periods import period
from flows.system.errors import InputError, UsageError

OCTOBER = period("2026-10", None, None)
RULE = """regulation:
  title: {zh: 本公司, en: Ours}
topics:
  ours: {zh: 答复, en: Answer}
rules:
  - id: OWN-1
    title: {zh: 答复, en: Answer}
    article: "1"
    requirement: {zh: 限时答复。, en: An answer in time.}
    topic: ours
    subject: ticket
    when: [any]
    where: {产线: [挖掘机, 装载机]}
    start: requested_at
    end: responded_at
    clock: wall
    limits:
      - {core: 1h, important: 1h, ordinary: 1h, intent: 1h, potential: 1h}
    basis: explicit
"""
TICKETS = """单号,种类,开单,首响,产线
T1,咨询,2026-10-12 09:00:00,2026-10-12 10:00:00,挖掘机
T2,咨询,2026-10-12 09:00:00,2026-10-12 10:00:01,装载机
T3,咨询,2026-10-12 09:00:00,2026-10-12 12:00:00,起重机
T4,咨询,2026-10-12 09:00:00,2026-10-12 12:00:00,
"""


def company(folder: Path, keep: str = 'keep = ["产线"]\ntable = "tickets"') -> Settings:
    """A company with one rule of its own, and an export that has one column more."""
    (folder / "rules" / "OWN").mkdir(parents=True)
    (folder / "rules" / "OWN" / "ours.yaml").write_text(RULE, "utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "desk.csv").write_text(TICKETS, "utf-8")
    (folder / "data" / "customers.csv").write_text("customer_id,tier\nC1,core\n", "utf-8")
    text = f"""
[judging]
regulations = ["OWN"]
rulebooks = "{folder}/rules"
[inputs]
absent = ["calls", "chats"]
[inputs.sources.desk]
files = ["desk.csv"]
columns = {{ ticket_id = "单号", kind = "种类", opened_at = "开单", responded_at = "首响" }}
{keep}
"""
    return parse_settings(text, folder / "kelou.toml")


def test_a_rule_asks_for_a_kept_column(tmp_path: Path) -> None:
    settings = company(tmp_path)
    read = ingest(tmp_path / "data", settings, OCTOBER.end)
    judged = judge(read.records, load_rules(settings).rulebooks, OCTOBER)
    told = {row["subject_id"]: f"{row['verdict']} {row['reason']}" for row in judged.to_dicts()}
    assert told == {"T1": "met ", "T2": "late ", "T4": "unknown condition"}


def test_an_export_that_lacks_the_column_is_named(tmp_path: Path) -> None:
    settings = company(tmp_path)
    path = tmp_path / "data" / "desk.csv"
    path.write_text(TICKETS.replace("产线", "生产线"), "utf-8")
    with pytest.raises(InputError, match=r"desk\.csv: no column 产线, .*did you mean 生产线"):
        ingest(tmp_path / "data", settings, OCTOBER.end)


def test_a_column_that_nobody_keeps_is_named_when_the_rule_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    company(tmp_path, keep='table = "tickets"')
    folder = tmp_path / "rules" / "OWN" / "ours.yaml"
    folder.write_text(RULE.replace("产线", "车间"), "utf-8")
    assert kelou(["rules", "check", str(tmp_path / "rules")]) == 2
    told = "".join(capsys.readouterr().out.splitlines())
    assert "ours.yaml, line 13: rules[1].where.车间: unknown ticket field '车间'" in told
    assert 'keep=["车间"]' in told.replace(" ", "")


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        ('keep = ["产线"]', "keep needs table = NAME"),
        ('keep = ["status"]\ntable = "tickets"', "status is a column of ours"),
    ],
)
def test_what_can_not_be_kept_is_said(keep: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        company(tmp_path, keep=keep)
