.PHONY: install test test-slow test-all check check-static format docs demo bench mutants clean

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

install: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $(STAMP)

test: install
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-slow: install
	$(BIN)/python -m pytest -n 2 -m slow

test-all: install
	$(BIN)/python -m pytest -n 2

check: check-static test

check-static: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: install
	$(BIN)/python docs/generate.py

demo: install
	$(BIN)/npverify query "can any frontend pod reach the database?" examples/shop
	$(BIN)/npverify query "can the api reach the database on tcp/5432?" examples/shop
	$(BIN)/npverify query "what can reach the database?" examples/shop

bench: install
	$(BIN)/python -m benchmarks.run

mutants: install
	$(BIN)/python -m tests.mutation.plant

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
