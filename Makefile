# The commands of a contributor's day. `make` runs what CI runs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: all setup test fast slow lint format types docs bench fuzz
all: lint types test

$(BIN)/pytest: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -e '.[dev]'
	touch $@

setup: $(BIN)/pytest

test: setup  ## all tests
	$(BIN)/pytest

fast: setup  ## those that start no processes
	$(BIN)/pytest -m 'not slow and not process'

slow: setup
	$(BIN)/pytest -m slow

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup
	$(BIN)/mypy

docs:
	$(PYTHON) -m venv .venv-docs
	.venv-docs/bin/pip install --quiet '.[docs]'
	.venv-docs/bin/zensical build --clean --strict

bench: setup
	$(BIN)/pip install --quiet -e '.[bench]'
	$(BIN)/python -m tests.bench

fuzz: setup
	$(BIN)/python -m tests.fuzz --minutes 5
