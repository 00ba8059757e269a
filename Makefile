# Everything needs only make and a Python 3.11 or newer; the rest is installed into .venv by the first target that needs it.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV := .make/bin/uv
UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
BIN := .venv/bin
READY := .venv/.ready
NPM := $(BIN)/python hatch_build.py
MODULES := console/node_modules/.package-lock.json
CONSOLE := src/sojourn/app/console/static/index.html
CONSOLE_SOURCES := $(shell find console -type f -not -path '*/node_modules/*')

.PHONY: help install console console-types dist format lint types contracts test browser screenshots mutants check demo first-migration clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

install: $(READY) ## Everything Sojourn and its tests need, in .venv

console: $(CONSOLE) ## The front end, built into the package

console-types: $(READY) $(MODULES) ## The front end's types of the API, generated from it
	$(BIN)/python -m sojourn.app.openapi > .make/openapi.json
	$(NPM) run --silent api

dist: $(UV) ## A wheel and a source distribution in dist/, both with the console built; Node comes from PyPI
	$(UV) build --quiet --python "$(PYTHON)"

format: $(READY) $(MODULES) ## Bring the code into its one form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(NPM) run --silent format

lint: $(READY) ## Form and common mistakes; the front end's own are among the tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(READY) ## Strict types
	$(BIN)/mypy

contracts: $(READY) ## Who may import whom
	$(BIN)/lint-imports

test: $(READY) $(CONSOLE) browser ## All tests, on a PostgreSQL of their own
	$(BIN)/python -m pytest -n 2 --dist loadfile

screenshots: $(READY) $(CONSOLE) browser ## The pictures of the tutorial
browser: # The tests of the console need Chromium; root on Debian gets it, others are told by the tests
	@command -v chromium >/dev/null || [ -n "$$SOJOURN_TEST_CHROMIUM" ] || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || \
		{ apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends chromium >/dev/null; }

screenshots: $(READY) $(CONSOLE) browser ## The pictures of docs/tutorial, made anew in Chromium; a minute or two
	PYTHONPATH=tests:tests/console $(BIN)/python docs/tutorial/screenshots.py

mutants: $(READY) ## The SQL made wrong in a hundred ways, each of which the tests have to notice; minutes
	PYTHONPATH=tests $(BIN)/python -m mutants.run $(MUTANTS)

check: lint types contracts test ## What has to pass before a change is handed in

demo: $(READY) $(CONSOLE) ## A journey for a thousand people, live before your eyes; Ctrl-C ends it
	$(BIN)/sojourn demo --data .data/demo

first-migration: ## Until the first release: its migration is schema.sql as it stands
	cp src/sojourn/db/schema.sql src/sojourn/db/migrations/versions/0001_first.sql

clean: ## Remove what make made, the demo's data included
	[ ! -L .data/demo/postgres ] || rm -rf "$$(readlink -f .data/demo/postgres)"
	rm -rf src/sojourn/app/console/static console/node_modules dist
	rm -rf .data/demo .make .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(READY): pyproject.toml uv.lock $(UV)
	$(UV) sync --quiet --frozen --all-extras --python "$(PYTHON)"
	@touch $@

$(MODULES): console/package.json console/package-lock.json $(READY)
	$(NPM) ci --silent --no-audit --no-fund
	@touch $@

$(CONSOLE): $(MODULES) $(CONSOLE_SOURCES)
	$(NPM) run --silent build
	@touch $@

$(UV): Makefile
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Sojourn needs Python 3.11 or newer; name one with  make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo "This Python cannot make environments; on Debian and Ubuntu:  apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .make
	.make/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@
