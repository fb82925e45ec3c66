# Kelou 刻漏. `make help` lists what can be done.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
OUT ?= kelou-runs/demo
DEMO := --data sample_data --month 2026-10
# Nothing here reports to anyone outside.
export PREFECT_SERVER_ANALYTICS_ENABLED = false
export DO_NOT_TRACK = 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo demo-server test check lint docs sbom bundle bench clean

help:  ## Show this list
	@awk -F ':.*##' '/^[a-z-]+:.*##/ {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## Install everything into .venv (system packages by apt where no password is needed)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kelou needs Python 3.11 or newer; try make setup PYTHON=python3.12")'
	@$(PYTHON) flows/system/packages.py setup run
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Python packages from requirements.lock (under a minute, the first time)"
	@$(BIN)/python flows/system/python_packages.py requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q checks flows
	@touch $@
	@echo "Ready. Try: make demo, or $(BIN)/kelou --help"

setup-test: $(READY)
	@$(PYTHON) flows/system/packages.py test

demo: $(READY)  ## Audit the sample month and write its inspection report as a PDF
	@$(BIN)/kelou audit $(DEMO) --out $(OUT)

demo-server: $(READY)  ## Prefect server, schedules and one monthly run, at http://127.0.0.1:4200 (Ctrl-C ends it)
	@$(BIN)/kelou serve --demo sample_data

test: setup-test  ## Run every test
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(READY)  ## Style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

check: lint test  ## Everything that must be green before a commit

docs: $(READY)  ## Write the reference pages of the manual from the program
	@$(BIN)/python -m flows.cli.manual docs/reference

sbom: $(READY)  ## Write the bill of materials (CycloneDX) from the lock, dist/sbom.json
	@$(BIN)/python -m flows.system.bundle sbom dist/sbom.json

bundle: $(READY)  ## Collect wheels, fonts and checksums for a machine without a network, dist/bundle
	@$(BIN)/python -m flows.system.bundle wheels dist/bundle

bench: $(READY)  ## Compare speed with hand-written queries (takes minutes)
	@$(BIN)/python -m tests.benchmarks

clean:  ## Remove the environment, caches and the demo's output
	rm -rf .venv kelou-runs/demo build dist .pytest_cache .mypy_cache .ruff_cache
	find checks flows report_templates tests -name __pycache__ -type d -prune -exec rm -rf {} +
