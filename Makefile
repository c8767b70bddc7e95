# Everything a developer does here, one target each. `make` alone prints the list.
#
# Needs: python3 (3.11 or later), git, make. What is installed goes into .venv; nothing is fetched
# from anywhere but pip's index and Debian's archive. A second run repeats nothing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

CONFIG ?= routes.yaml
LISTEN ?= 127.0.0.1:9595
EXAMPLES := routes.yaml $(wildcard examples/routes/*.yaml)

.PHONY: help
help: ## Print this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

.PHONY: run
run: $(VENV)/.run ## Serve routes.yaml on 127.0.0.1:9595, state in ./data (CONFIG=…, LISTEN=…)
	@exec $(BIN)/alertrouter serve --config.file '$(CONFIG)' --web.listen-address '$(LISTEN)'

.PHONY: test
test: $(VENV)/.test ## Run all tests on two processes (ARGS='-k reload' for some of them)
	@.ci/services
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

.PHONY: lint
lint: $(VENV)/.lint ## Check layout, style, types, layers and every example; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/alertrouter check-config $(EXAMPLES)

.PHONY: fmt
fmt: $(VENV)/.lint ## Lay the code out and mend what can be mended mechanically
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(VENV)/.test ## Measure accepted alerts per CPU second, beside Debian's Alertmanager
	@.ci/services
	$(BIN)/python -m tests.bench.ingest $(ARGS)

.PHONY: clean
clean: ## Remove what these targets installed and cached; ./data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Stamps: a set of requirements is installed again only when pyproject.toml has changed.

$(VENV)/.run: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.test: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[test]'
	@touch $(VENV)/.run $@

$(VENV)/.lint: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[test,lint]'
	@touch $(VENV)/.run $(VENV)/.test $@

# Debian ships python3 without ensurepip; the package python3-venv brings it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'make: python3 3.11 or later is needed: PYTHON=/path/to/python3 make …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3-venv >/dev/null; \
	  else \
	    echo 'make: this Python cannot create virtual environments: apt-get install python3-venv' >&2; \
	    exit 1; \
	  fi; }
	$(PYTHON) -m venv $(VENV)
