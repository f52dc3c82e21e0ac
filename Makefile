# The two commands: `make demo` and `make test`. Each installs what it needs into .venv. `make help` lists all.
PY ?= python3
BIN := .venv/bin
DEMO := .demo
# bytecode is made when a module is first imported: most of what is installed never is. It is kept, whatever the
# environment says: without it each of the many processes of a test run compiles all that it imports
unexport PYTHONDONTWRITEBYTECODE
# counting branches takes half as long again: CI does (`CI=true make test`), who is at work need not
COVERAGE ?= $(if $(CI),--cov --cov-report=term:skip-covered)
# tests wait for the disk thousands of times (every write of a store is synced): where there is room in memory their
# files are there, and gone afterwards
MEMORY := /dev/shm
ROOM_KB := 4000000
SCRATCH := free=$$(df -k --output=avail $(MEMORY) 2>/dev/null | tail -1); \
	if [ "$${free:-0}" -gt $(ROOM_KB) ] && made=$$(mktemp -d -p $(MEMORY) milepost-XXXXXX 2>/dev/null); then \
	chmod 755 $$made; export TMPDIR=$$made; trap 'rm -rf "$$made"' EXIT; fi;
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile
UV := $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --quiet

.venv/.installed: requirements.lock pyproject.toml
	@echo "Installing milepost into .venv (about half a minute the first time) ..."
	@$(PY) -c 'import sys; sys.exit("milepost needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PY) -m venv .venv
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# what numba compiles: made once here, so that neither the first command nor two tests at a time do it
COMPILED := $(shell grep -rlE --include=*.py '^@(njit|kernel)\b' src)
.venv/.compiled: .venv/.installed $(COMPILED)
	@$(BIN)/python -m milepost.warm
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	@echo "Installing the test tools into .venv ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

PAGE := src/milepost/web/static/index.html
PAGE_SOURCES := $(shell find page/src page/index.html page/vite.config.ts page/licences.ts page/package-lock.json -type f 2>/dev/null)

page/node_modules/.installed: page/package-lock.json
	@echo "Installing what builds the page ..."
	@cd page && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGE): $(PAGE_SOURCES) page/node_modules/.installed
	@cd page && npm run --silent build -- --logLevel error

.PHONY: help install page demo test torture check lint page-lint page-test page-types smoke licences sbom intake-score bench docs site hooks locks clean
help:  ## this list
	@grep -hE '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/:.*  ## /\t/' | sort | expand -t 12

install:  ## everything that `milepost` needs, compiled
	@$(MAKE) --no-print-directory -j2 .venv/.compiled page

page: $(PAGE)  ## the page that `milepost serve` shows (needs Node 20)

# the demo compiles what it needs, and waits for nothing else
.venv/.compiled-first: .venv/.installed $(COMPILED)
	@test -f .venv/.compiled || $(BIN)/python -m milepost.warm --first
	@touch $@

demo:  ## the main job on the North-South programme
	@$(MAKE) --no-print-directory -j2 .venv/.compiled-first page
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	@$(BIN)/python scripts/demo.py north-south $(DEMO)
	@echo "Open the page:  $(BIN)/milepost serve $(DEMO)/north-south"

test: .venv/.installed-dev page  ## everything that CI runs
	@$(MAKE) --no-print-directory -j2 --output-sync=target .venv/.compiled tests-read lint page-lint page-test smoke
	@$(SCRATCH) $(BIN)/pytest -n 3 --dist worksteal $(COVERAGE) --durations=10

# pytest rewrites and compiles each file of tests that it loads first: once here, not in each worker
.PHONY: tests-read
tests-read: .venv/.installed-dev
	@$(BIN)/pytest --collect-only > /dev/null

MINUTES ?= 30
torture: .venv/.installed-dev .venv/.compiled  ## every suite of random cases, a tenth of its number a round, with new seeds, for half an hour
	@$(BIN)/python scripts/torture.py $(MINUTES)

smoke: .venv/.installed-dev  ## the smoke tests on each Python here, and on the lowest dependencies allowed
	@$(BIN)/python scripts/smoke.py

page-lint: page/node_modules/.installed  ## style of the page's source
	@cd page && npm run --silent lint

page-test: page/node_modules/.installed  ## types and tests of the page
	@cd page && npm run --silent check -- --output machine > /dev/null || npm run check
	@cd page && npm run --silent test -- --reporter=dot

page-types: .venv/.installed-dev page/node_modules/.installed  ## page/src/types.ts from the API's document
	@$(BIN)/python scripts/page_types.py

check: lint page-lint  ## what to run before a commit: style, types, rooms, and the tests without the browser
	@$(SCRATCH) $(BIN)/pytest -n 2 --dist worksteal -m "not browser"

lint: .venv/.installed-dev  ## style, types, rooms, weaknesses (bandit) and licences
	@$(BIN)/ruff format --check --quiet . || { echo "Run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml src
	@$(BIN)/python scripts/parts.py licences --quiet
	@$(BIN)/lint-imports --no-logo > .venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }

licences: .venv/.installed-dev  ## every library that milepost runs with, and its licence
	@$(BIN)/python scripts/parts.py licences

sbom: .venv/.installed-dev  ## the bill of materials (CycloneDX) of a release, into dist/
	@$(BIN)/python scripts/parts.py sbom dist/milepost.cdx.json

intake-score: .venv/.installed-dev  ## intake measured on labelled texts, a row a language
	@$(BIN)/python tests/intake/intake_score.py

bench: .venv/.installed-dev  ## measure against the peers, in their own environment
	@test -x .bench-venv/bin/python || $(PY) -m venv .bench-venv
	@.bench-venv/bin/pip install --quiet --disable-pip-version-check -r bench/requirements-peers.txt
	@$(BIN)/python bench/run.py

docs: install  ## write the generated reference pages
	@$(BIN)/python -m milepost.records.reference > docs/reference/tables.md
	@$(BIN)/python -m milepost.cli.reference > docs/reference/cli.md
	@$(BIN)/python -m milepost.register.reference > docs/reference/rules.md

site: .venv/.installed-dev  ## the documentation as a site, strictly, into .site/
	@$(BIN)/zensical build --strict --clean

hooks: .venv/.installed-dev  ## let git run style, types and the check of the subject before each commit
	@$(BIN)/pre-commit install

locks: .venv/.installed-dev  ## after a change of dependencies
	@$(UV) pyproject.toml --group build --extra postgresql --extra parquet -o requirements.lock
	@$(UV) pyproject.toml --group dev --extra postgresql --extra parquet -o requirements-dev.lock
	@$(UV) pyproject.toml --group smoke -c requirements-dev.lock -o requirements-smoke.lock
	@$(UV) pyproject.toml --group smoke --no-universal --resolution lowest-direct -o requirements-lowest.lock

clean:
	@rm -rf page/node_modules src/milepost/web/static .venv .bench-venv $(DEMO) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache \
		.smoke .site .cache .coverage*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
