"""What is shipped to run Kelou elsewhere fits what it is."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.cli import COMMANDS
from flows.system.packages import NEEDS

ROOT = Path(__file__).parents[2]


def test_the_image_has_what_a_run_needs_and_the_whole_program() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    (installed,) = re.findall(r"apt-get install (?:--\S+ )+([^&]+)", text)
    assert set(installed.split()) == {need.package for need in NEEDS if need.stage == "run"}
    copied = {name for line in re.findall(r"^COPY (.+) \S+$", text, re.M) for name in line.split()}
    assert {"requirements.lock", "pyproject.toml", "checks", "flows", "report_templates"} <= copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_services_find_one_another() -> None:
    services: dict[str, Any] = YAML(typ="safe").load(ROOT / "compose.yaml")["services"]
    told = str({name: service.get("environment") for name, service in services.items()})
    assert set(re.findall(r"(?:@|http://)([a-z]+):", told)) <= services.keys()
    assert services["kelou"]["command"][0] in COMMANDS
    assert [port.partition(":")[0] for port in services["server"]["ports"]] == ["127.0.0.1"]


@pytest.mark.parametrize("name", ["kelou.service", "kelou-server.service"])
def test_the_units_begin_in_order(name: str) -> None:
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(ROOT / name)
    program, command = unit["Service"]["ExecStart"].split()[:2]
    assert program.endswith("/prefect") or command in COMMANDS
    wanted = unit["Unit"].get("Wants", "").split()
    assert all((ROOT / each).is_file() and each in unit["Unit"]["After"] for each in wanted)
    assert unit["Service"]["Restart"] == "on-failure"
