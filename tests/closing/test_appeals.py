"""What an accepted objection changes, from the closing to its restatement. Who may decide, and what
that records, is tested more quickly in test_findings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from checks.results.year import appraisals
from flows.archive.closings import Closed, of_month
from flows.audit.gathering import load_rules
from flows.closing.close import close_month
from flows.closing.findings.decisions import decide, object_to
from flows.closing.findings.objections import contested, objections_of
from flows.closing.findings.states import finding_of, findings
from flows.closing.manifest import period_of
from flows.closing.verify import verify
from flows.closing.year import month_of
from flows.ingest import options_of
from flows.ingest.lake import Lake, take_in
from flows.settings import Settings
from flows.settings.periods import period
from flows.system.errors import UsageError
from tests.closing.months import write_month
from tests.long import takes_long

LATER = datetime(2026, 12, 1)
PLAIN = Settings()


@pytest.fixture
def lake(tmp_path: Path) -> str:
    """A month that is closed."""
    place = tmp_path
    data = write_month(place / "data", datetime(2026, 10, 1))
    uri = str(place / "lake")
    take_in(data, Lake(uri), options_of(PLAIN), lambda _: None)
    _close(uri)
    return uri


def _close(uri: str) -> Closed:
    month = period("2026-10", None, None)
    return close_month(uri, month, PLAIN, "zh", lambda *_, **__: None, now=LATER).closed


def _cases(uri: str) -> list[str]:
    return [f.number for f in findings(uri) if f.entry["kind"] == "timeliness"]


def _penalties(uri: str) -> int:
    editions = of_month(uri, "2026-10")
    rulebooks = load_rules(PLAIN).rulebooks
    found = appraisals(month_of(editions), rulebooks, period_of(editions[-1].manifest))
    return sum(p.evidence.violations for a in found for p in a.proposals if "(二)" in p.article)


@takes_long
def test_an_accepted_objection_excuses_the_case_in_the_restatement(
    lake: str, tmp_path: Path
) -> None:
    proof = tmp_path / "停机记录.pdf"
    proof.write_bytes(b"%PDF")
    number, other = _cases(lake)[:2]
    before, asked = of_month(lake, "2026-10")[-1].metrics(), _penalties(lake)

    with pytest.raises(UsageError, match="nobody objects to it"):
        decide(lake, number, "赵总", "停机有记录", True, PLAIN)
    assert object_to(lake, number, "客户服务部", "李工", "系统停机", proof)
    assert object_to(lake, other, "客户服务部", "李工", "数据有误")
    assert not object_to(lake, number, "客户服务部", "李工", "系统停机", proof)
    assert finding_of(lake, number).state == "disputed"
    assert _penalties(lake) < asked
    with pytest.raises(UsageError, match="another person must decide"):
        decide(lake, number, " 李工", "停机有记录", True, PLAIN)

    assert decide(lake, number, "赵总", "停机有记录", True, PLAIN)[0]
    again, rules = decide(lake, number, "赵总", "停机有记录", True, PLAIN)
    assert (again, rules > 0) == (False, True)
    assert decide(lake, other, "赵总", "数据无误", False, PLAIN) == (True, 0)
    assert (finding_of(lake, number).state, finding_of(lake, other).state) == (
        "withdrawn",
        "upheld",
    )
    assert contested(lake, of_month(lake, "2026-10")) == {number}
    assert of_month(lake, "2026-10")[-1].metrics() == before

    restated = _close(lake)
    now = restated.metrics()
    assert restated.restated == 1
    assert now.findings.total == before.findings.total - 1
    assert {row.key: row.n for row in now.exemptions}["approved"] == rules
    states = [(o.finding, o.decision and o.decision.accepted) for o in now.objections or ()]
    assert states == [(number, True), (other, False)]
    assert now.objections and now.objections[0].evidence
    assert now.objections[0].evidence.file == "停机记录.pdf"
    assert finding_of(lake, number).state == "withdrawn"
    assert "待决 0、成立 1、不成立 1" in (restated.folder / "report.html").read_text("utf-8")
    told = verify(restated.folder, lake=lake)
    assert not told.differences

    assert object_to(lake, other, "客户服务部", "王工", "补充证据")
    assert finding_of(lake, other).state == "disputed"
    assert objections_of(restated.folder, of_month(lake, "2026-10"))[-1].decision is None
