# Two commands matter: `make up` and `make test`. Only Python, git and make are needed.
.DEFAULT_GOAL := help
.PHONY: help up demo test slow lint types golden bench engines record-verdicts docs lock clean

VENV := .venv
PYTHON := $(VENV)/bin/python
# Two workers fit the smallest machine that is supported; give more on a larger one.
PYTEST_WORKERS ?= 2
export PAVIOR_HOME ?= $(CURDIR)/.pavior
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: $(VENV)/run.stamp  ## Set up, walk the road once in the sandbox, and serve the portal on 127.0.0.1.
	@exec $(VENV)/bin/pavior up

demo: $(VENV)/run.stamp  ## Walk the whole road in a fresh folder, print the receipt, and exit.
	@exec $(VENV)/bin/pavior demo

test: $(VENV)/dev.stamp lint types  ## Check style, types and layers, run the tests, and say what was skipped.
	$(PYTHON) -m pytest -m "not slow" -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGUMENTS)

slow: $(VENV)/dev.stamp  ## Run the suites that kill workers, upgrade, and start whole installations; .ci/run does both.
	$(PYTHON) -m pytest -m slow -n $(PYTEST_WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGUMENTS)

lint: $(VENV)/dev.stamp  ## Check style, format and layers.
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports

types: $(VENV)/dev.stamp  ## Check types.
	$(VENV)/bin/mypy

golden: $(VENV)/dev.stamp  ## Write the golden files anew; read the difference before you commit it.
	PAVIOR_UPDATE_GOLDEN=1 $(PYTHON) -m pytest -q -m golden

bench: $(VENV)/dev.stamp  ## Run the benchmarks.
	$(PYTHON) benchmarks/run.py

engines: $(VENV)/dev.stamp  ## Run the whole contract of the engine port, and the chaos matrix, against the real Terraform: an hour.
	PAVIOR_THOROUGH=1 $(PYTHON) -m pytest -n $(PYTEST_WORKERS) tests/adapters/engines/test_terraform_contract.py
	PAVIOR_THOROUGH=1 $(PYTHON) -m pytest tests/chaos/test_killed_worker.py tests/chaos/test_upgrade.py

record-verdicts: $(VENV)/dev.stamp  ## Record anew what the real Terraform plans and applies for the verdict matrix: half an hour.
	$(PYTHON) -m tests.verdicts.record

docs: $(VENV)/dev.stamp  ## Write the reference pages that are made from the code.
	PAVIOR_UPDATE_GOLDEN=1 $(PYTHON) -m pytest -q -m generated

lock:  ## Resolve the dependencies anew (for maintainers; uses uv).
	sh requirements/lock.sh

clean:  ## Remove what make has set up; data in .pavior stays.
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/run.stamp: requirements/build.txt requirements/run.txt pyproject.toml requirements/setup.sh
	@sh requirements/setup.sh $(VENV) run

$(VENV)/dev.stamp: requirements/build.txt requirements/run.txt requirements/dev.txt pyproject.toml requirements/setup.sh
	@sh requirements/setup.sh $(VENV) dev
