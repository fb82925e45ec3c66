"""The list of what PDF/UA-1 asks for that a machine can check."""

from __future__ import annotations

from importlib.resources import files

from ruamel.yaml import YAML

from flows.report.pdf import matterhorn, preflight, render


def test_every_condition_that_a_machine_can_check_is_told() -> None:
    """Which of them are looked for, by which check, and why not the others."""
    source = (files("report_templates") / "matterhorn.yaml").read_text("utf-8")
    conditions = YAML(typ="safe").load(source)
    checks = {name for module in (matterhorn, preflight, render) for name in vars(module)}
    assert len(conditions) == 87
    for number, told in conditions.items():
        if told["checked"] == "yes":
            assert f"_{told['by']}" in checks, number
        else:
            assert told["checked"] in ("no", "not_applicable") and told["why"], number
