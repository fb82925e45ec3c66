"""What is shipped to run Kelou elsewhere fits what it is."""

from __future__ import annotations

import re
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flows.cli import COMMANDS
from flows.closing.verify.signatures import signature_differences
from flows.system.bundle import asked_of, locked, names_of, needed_to_run, sbom
from flows.system.machine import EXTRAS, refusal
from flows.system.packages import NEEDS
from flows.system.python_packages import requirement, uv_settings

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


def test_the_installer_comes_from_the_lock_and_is_told_what_pip_is_configured_with() -> None:
    [installer] = locked(requirement((ROOT / "requirements.lock").read_text("utf-8"), "uv"))
    assert installer.name == "uv" and installer.hashes
    listed = (
        ":env:.index-url='/srv/packages'\n:env:.timeout='9'\n"
        "global.cert='/etc/ca.crt'\nglobal.index-url='/srv/others'\n"
    )
    assert uv_settings(listed) == {
        "UV_SYSTEM_CERTS": "1",
        "UV_DEFAULT_INDEX": "/srv/packages",
        "SSL_CERT_FILE": "/etc/ca.crt",
    }


def test_the_bill_of_materials_is_that_of_the_lock() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    packages = locked(text)
    assert len(packages) == len(re.findall("^[a-z].*==", text, re.M))
    assert sum(len(p.hashes) for p in packages) == text.count("--hash=sha256:")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = names_of(asked_of(project))
    assert {"connectorx", "prefect-dask", "pyhanko"} <= asked
    needed = needed_to_run(packages, asked)
    names = {package.name for package in needed}
    # What is imported by what is asked for, and nothing that only tests need
    assert asked | {"anyio", "pydantic-core", "tinycss2"} <= names
    assert names.isdisjoint({"pytest", "mypy", "playwright", "ruff"})
    bill = sbom(needed, asked, "kelou", project["version"])
    refs = {component["bom-ref"] for component in bill["components"]}
    assert refs == {f"pkg:pypi/{p.name}@{p.version}" for p in needed}
    assert all(c["hashes"] for c in bill["components"])
    root = bill["metadata"]["component"]["bom-ref"]
    graph = {each["ref"]: set(each["dependsOn"]) for each in bill["dependencies"]}
    assert set().union(*graph.values()) <= refs and set(graph) == refs | {root}
    assert asked == {ref.split("/")[1].split("@")[0] for ref in graph[root]}


def test_what_few_need_is_named_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(EXTRAS.values()) <= project["optional-dependencies"].keys()
    for module in EXTRAS:
        monkeypatch.setitem(sys.modules, module, None)
    assert list(signature_differences(tmp_path, None)) == [], "nothing is signed"
    (tmp_path / "manifest.json.p7s").write_bytes(b"0")
    with pytest.raises(ModuleNotFoundError) as missing:
        list(signature_differences(tmp_path, None))
    assert refusal(missing.value) == (
        "asn1crypto is not installed; install it: pip install 'kelou[signing]'"
    )
    assert refusal(ModuleNotFoundError(name="polars")) is None


@pytest.mark.parametrize("name", ["dependabot.yml", "workflows/release.yml", "workflows/ci.yml"])
def test_what_the_forge_reads_names_commands_that_exist(name: str) -> None:
    text = (ROOT / ".github" / name).read_text("utf-8")
    assert isinstance(YAML(typ="safe").load(text), dict)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    goals = {goal for line in re.findall("run: make (.+)", text) for goal in line.split()}
    assert [goal for goal in goals if f"\n{goal}:" not in makefile] == []
