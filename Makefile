# Everything runs in a virtual environment of its own; Python 3.11 or later is all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test check acceptance bench docs package clean

demo: $(STAMP)  ## the main job in the embedded AWS, no account needed
	$(BIN)/kafka-trigger-guard demo

test: $(STAMP)  ## all tests but the acceptance ones
	$(BIN)/python -m pytest -n auto -m "not acceptance"

check: $(STAMP)  ## lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

acceptance: $(STAMP)  ## what is too long for every run
	$(BIN)/python -m pytest -n auto -m acceptance

bench: $(STAMP)  ## print the figures
	$(BIN)/python -m tests.benchmarks

package: $(STAMP)  ## the Lambda package, dist/kafka-trigger-guard.zip
	$(BIN)/python deploy/package.py

docs: $(STAMP)  ## write the pages that are generated from the rules
	$(BIN)/python -m kafka_trigger_guard.report.rule_pages docs/rules README.md
	$(BIN)/python docs/picture.py docs/demo.svg

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("kafka-trigger-guard needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(PIP) install --editable '.[sandbox,config,test,check]'
	touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
