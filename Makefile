# Two commands need nothing but python3 3.11 and make: `make edition EDITION=2023` and `make test`.
EDITION ?= 2023
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# a machine may forbid bytecode; without it every kernel starts seconds later
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX :=

.PHONY: help setup edition test check bench lab notebooks-save lock clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

setup: $(READY)  ## the environment, once

# uv installs in seconds what pip needs a minute for; it comes from the same package registry
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "qingshan needs Python 3.11: make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "setting up $(VENV) (once, about a minute)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[a-z]/ {own = /^uv==/} own' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline -e .
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib src || true  # a few packages carry templates that are not Python
	@touch $(READY)

edition: setup  ## build an edition: make edition EDITION=2023
	@$(BIN)/qingshan run $(EDITION)

test: setup  ## the whole test suite
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup

check: setup  ## format, lint, layers
	@$(BIN)/ruff format --check src tests tools notebooks
	@$(BIN)/ruff check src tests tools notebooks
	@$(BIN)/lint-imports --no-cache

bench: setup  ## speed and memory, as ratios in one run
	@$(BIN)/python tests/bench/reading.py
	@$(BIN)/python tests/bench/validating.py

lab: setup  ## JupyterLab on working copies of the notebooks, on this machine only
	@$(BIN)/qingshan lab

notebooks-save: setup  ## write the working copies back to notebooks/, without outputs
	@$(BIN)/qingshan notebooks-save

lock: setup  ## renew requirements.lock after a change of pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-strip-extras --no-emit-index-url --no-header --python-version 3.11 -o requirements.lock

clean:  ## remove the environment and everything that can be built again
	@rm -rf $(VENV) data/work build dist
