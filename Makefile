# wattledger: everything runs inside .venv, which is built from requirements.lock and nothing else.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ESTATE ?= demo-estate

# Written last, so that an interrupted setup starts again.
ENVIRONMENT := $(VENV)/.environment
PROJECT     := $(VENV)/.project

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export DAGSTER_DISABLE_TELEMETRY := 1

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo dev test lint prove bench spark lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(PROJECT) ## build .venv from requirements.lock, every file checked by its hash

$(ENVIRONMENT): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "make: '$(PYTHON)' is not Python 3.11 or newer." >&2; \
	    echo "  Install one, or name it: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "make: '$(PYTHON)' cannot create virtual environments." >&2; \
	    echo "  On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "setup: installing requirements.lock into $(VENV) (about a minute, once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(PROJECT): $(ENVIRONMENT) pyproject.toml
	@$(BIN)/python -m pip install -qq --no-deps --no-index --no-build-isolation --editable .
	@$(BIN)/python -m pip check --quiet || { \
	    echo "make: requirements.lock does not satisfy pyproject.toml; run: make lock" >&2; exit 1; }
	@touch $@
	@echo "setup: ready"

demo: setup ## simulate a small estate, run everything over it, say where to look
	@$(BIN)/wattledger demo $(ESTATE)

dev: setup ## Dagster's own pages over the demo estate, on 127.0.0.1:3000
	@test -e $(ESTATE)/estate.yaml || $(BIN)/wattledger demo $(ESTATE)
	@$(BIN)/python -c 'from pathlib import Path; from pipelines.defs.instance import settle; \
	    settle(Path("$(ESTATE)"))'
	@WATTLEDGER_ESTATE=$(abspath $(ESTATE)) DAGSTER_HOME=$(abspath $(ESTATE))/var/dagster \
	    $(BIN)/dagster dev -m pipelines.definitions -h 127.0.0.1

test: lint ## lint, then all tests
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup ## style, format, types, and the arrows between the packages
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { \
	    echo "make: the files above are not formatted; run: $(BIN)/ruff format" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@arrows=$$($(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter 2>&1) || { \
	    echo "$$arrows" >&2; exit 1; }
	@echo "lint: clean"

prove: setup ## the long proofs, resumable; SAMPLE=<seed> for a small seeded sample
	@$(BIN)/python -m tests.prove $(if $(SAMPLE),--sample $(SAMPLE)) $(ARGS)

bench: setup ## measure speed and memory
	@$(BIN)/python -m benchmarks.run $(ARGS)

spark: .venv-spark/.installed ## Spark beside the project, for the test that reads the lake with it

.venv-spark/.installed: requirements-spark.lock
	@echo "spark: installing requirements-spark.lock into .venv-spark (460 MB, once)"
	@$(PYTHON) -m venv --clear .venv-spark
	@awk '/^[a-z]/ { on = /^(setuptools|wheel|packaging)==/ } on' requirements-spark.lock \
	    > .venv-spark/build.lock  # Spark comes as source, and these build it
	@.venv-spark/bin/python -m pip install -qq --require-hashes --only-binary :all: \
	    -r .venv-spark/build.lock
	@.venv-spark/bin/python -m pip install -qq --require-hashes --no-build-isolation \
	    -r requirements-spark.lock
	@touch $@

lock: ## resolve pyproject.toml again and write requirements.lock (needs the network)
	@$(PYTHON) -m venv --clear build/lock
	@build/lock/bin/python -m pip install -qq uv
	@echo 'setuptools>=80' | build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	    --fork-strategy fewest --generate-hashes --no-strip-extras --no-header --no-annotate \
	    --no-emit-index-url --all-extras --output-file requirements.lock $(ARGS) pyproject.toml -
	@rm -rf build/lock
	@echo "lock: $$(grep -c == requirements.lock) packages; review the difference, then make test"

clean: ## remove caches, builds and the demo estate; .venv stays
	@rm -rf .cache .hypothesis build dist *.egg-info demo-estate
	@find schemas pipelines reports sample_data tests benchmarks -name __pycache__ -type d \
	    -prune -exec rm -rf {} + 2>/dev/null || true
