# Everything runs in a virtual environment of its own; Python 3.11 or later is all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NODE_STAMP := tests/node_modules/.installed
CHECKOV := .venv-checkov
CHECKOV_STAMP := $(CHECKOV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo installed test check acceptance bench documents docs package templates clean

demo: $(STAMP)  ## the main job in the embedded AWS, no account needed
	$(BIN)/kafka-trigger-guard demo

installed: $(STAMP) $(CHECKOV_STAMP) $(NODE_STAMP)  ## all that the others need, side by side with `make --jobs 3`

test: $(STAMP) $(NODE_STAMP)  ## all tests but the acceptance ones
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not acceptance"

check: $(STAMP) $(CHECKOV_STAMP)  ## lint, formatting, types, and the templates' rules of security
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(CHECKOV)/bin/checkov --directory deploy --framework cloudformation --skip-download --quiet --compact

acceptance: $(STAMP) $(NODE_STAMP)  ## what is too long for every run
	$(BIN)/python -m pytest -n auto -m acceptance

bench: $(STAMP)  ## print the figures
	$(BIN)/python -m tests.benchmarks

package: $(STAMP)  ## the Lambda package, dist/kafka-trigger-guard.zip
	$(BIN)/python deploy/package.py

documents: $(STAMP)  ## write the Automation documents, from outlines and scripts
	$(BIN)/python remediation/build.py

templates: $(STAMP)  ## write the dashboard and the CloudFormation templates, which are generated
	PYTHONPATH=rules $(BIN)/python -m deploy.dashboard
	PYTHONPATH=rules $(BIN)/python -m deploy.generate

docs: $(STAMP)  ## write the pages that are generated from the rules
	$(BIN)/python -m kafka_trigger_guard.report.rule_pages docs/rules README.md
	$(BIN)/python docs/picture.py docs/demo.svg

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("kafka-trigger-guard needs Python 3.11 or later" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(PIP) install --editable '.[sandbox,config,test,check]'
	touch $(STAMP)

# What the tests need of Node.js. Without it they skip and say so; under KAFKA_TRIGGER_GUARD_CI they fail.
$(NODE_STAMP): tests/package.json tests/package-lock.json
	@if ! command -v npm >/dev/null; then \
	    echo "no npm: the tests that need Node.js 20 or later will say so"; \
	elif npm ci --prefix tests --ignore-scripts --no-audit --no-fund --loglevel=error; then \
	    touch $@; \
	else \
	    echo "npm ci failed: the tests that need it will say so"; \
	fi

$(CHECKOV_STAMP): deploy/checkov-constraints.txt
	$(PYTHON) -m venv $(CHECKOV)
	PIP_CONSTRAINT=deploy/checkov-constraints.txt $(CHECKOV)/bin/python -m pip --disable-pip-version-check --quiet install checkov
	touch $(CHECKOV_STAMP)

clean:
	rm -rf $(VENV) $(CHECKOV) tests/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
