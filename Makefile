# The two commands: `make demo` and `make test`. Each installs what it needs into .venv.
PY ?= python3
BIN := .venv/bin
DEMO := .demo
# bytecode is made when a module is first imported: most of what is installed never is
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile
UV := uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --quiet

.venv/.installed: requirements.lock pyproject.toml
	@echo "Installing milepost into .venv (about half a minute the first time) ..."
	@$(PY) -c 'import sys; sys.exit("milepost needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PY) -m venv .venv
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
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

.PHONY: install page demo test check lint page-test page-types bench docs locks clean
install:
	@$(MAKE) --no-print-directory -j2 .venv/.installed page

page: $(PAGE)  ## the page that `milepost serve` shows (needs Node 20)

demo: install  ## the main job on the North-South programme
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	@$(BIN)/milepost new $(DEMO)/north-south --example north-south
	@$(BIN)/milepost check $(DEMO)/north-south
	@$(BIN)/milepost report $(DEMO)/north-south --to $(DEMO)/north-south.html
	@$(BIN)/milepost brief $(DEMO)/north-south --to $(DEMO)/brief.pdf
	@$(BIN)/milepost snapshot $(DEMO)/north-south --to $(DEMO)/corridor.html
	@echo "Open the page:  $(BIN)/milepost serve $(DEMO)/north-south"

test: .venv/.installed-dev page lint page-test  ## everything that CI runs
	@$(BIN)/pytest -n 2

page-test: page/node_modules/.installed  ## types and tests of the page
	@cd page && npm run --silent check -- --output machine > /dev/null || npm run check
	@cd page && npm run --silent test -- --reporter=dot

page-types: .venv/.installed-dev page/node_modules/.installed  ## page/src/types.ts from the API's document
	@$(BIN)/python scripts/page_types.py

check: lint  ## what to run before a commit: style, types, rooms, and the tests without the browser
	@$(BIN)/pytest -n 2 -m "not browser"

lint: .venv/.installed-dev
	@$(BIN)/ruff format --check --quiet . || { echo "Run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > .venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }

bench: .venv/.installed-dev  ## measure against the peers, in their own environment
	@test -x .bench-venv/bin/python || $(PY) -m venv .bench-venv
	@.bench-venv/bin/pip install --quiet --disable-pip-version-check -r bench/requirements-peers.txt
	@$(BIN)/python bench/run.py

docs: install  ## write the generated reference pages
	@$(BIN)/python -m milepost.records.reference > docs/reference/tables.md
	@$(BIN)/python -m milepost.cli.reference > docs/reference/cli.md
	@$(BIN)/python -m milepost.register.reference > docs/reference/rules.md

locks:  ## after a change of dependencies (needs uv)
	@$(UV) pyproject.toml --group build --extra postgresql --extra parquet -o requirements.lock
	@$(UV) pyproject.toml --group dev --extra postgresql --extra parquet -o requirements-dev.lock

clean:
	@rm -rf page/node_modules src/milepost/web/static .venv .bench-venv $(DEMO) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
