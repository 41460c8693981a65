# The commands of a contributor's day; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup fast test check docs all slow wheel bench fuzz
help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1\t\2/' | expand -t 10

$(BIN)/pytest: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -e '.[dev]'
	touch $@

setup: $(BIN)/pytest  ## a virtual environment in .venv with everything that tests need

fast: setup  ## the tests that start no processes: what to run while you work
	$(BIN)/pytest -m 'not slow and not process'

test: setup  ## all tests but the long proofs
	$(BIN)/pytest

check: setup  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs:  ## build the site, strictly
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/pip install --quiet '.[docs]'
	.venv-docs/bin/zensical build --clean --strict
	cd docs && find . -name '*.md' -exec cp --parents {} ../site \;  # each page as Markdown too

all: check test  ## what a pull request must pass

slow: setup  ## the long proofs
	$(BIN)/pytest -m slow

wheel:  ## build the files of a release, and use the wheel in an empty environment
	PYTHON=$(PYTHON) bash .ci/wheel

bench: setup  ## measure against peers
	$(BIN)/pip install --quiet -e '.[bench]'
	$(BIN)/python -m tests.bench

fuzz: setup  ## feed damaged rows to every verb for five minutes
	$(BIN)/python -m tests.fuzz --minutes 5
