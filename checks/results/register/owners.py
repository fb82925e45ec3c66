"""Who answers for a duty that no single case shows, as the texts name the department."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SERVICE, SYSTEMS = "客户服务部", "信息技术部"
OWNERS: Final[Mapping[str, str]] = {
    "warnings": SYSTEMS,
    "overdue_alerts": SYSTEMS,
    "alert_recipients": SYSTEMS,
    "outages": SYSTEMS,
    "spot_checks": SERVICE,
    "weekly_summaries": SERVICE,
    "timeliness_reports": SERVICE,
    "reception_summaries": SERVICE,
    "timeliness_inspections": SERVICE,
    "reception_inspections": SERVICE,
    "meetings": SERVICE,
}
"""By duty (checks.duties.CHECKS): 信息技术部 looks after the system with its warnings and fallbacks
(TC 第十一条, RC 第十八条); 客户服务部 checks, reports and coordinates (TC 第十四条, RC 第十一条,
第十九条). The texts name nobody for the other duties: those can't be attributed."""
