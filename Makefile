# Everything a newcomer types. Needs Python 3.11 or newer and make; each target brings what it needs.
PYTHON ?= python3
BIN := .venv/bin
# Lines covered by the quick tests, per cent: `make coverage`, and so `make check`, fails below it (93 in November 2026).
# What runs in processes of their own is not counted.
COVERAGE := 90
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: install demo test check coverage bench fuzz lock messages dist site clean

install: .venv/installed ## .venv with .venv/bin/warraq in it

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tested: .venv/installed requirements-test.lock .venv/peers/installed
	$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

# Programs that our files are checked against, apart from ours: pywb pins much, and is GPL.
.venv/peers/installed: requirements-peers.lock | .venv/installed
	$(PYTHON) -m venv .venv/peers
	.venv/peers/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-peers.lock
	@touch $@

demo: install ## crawl the demo newspaper into ./demo-archive and show what came of it
	$(BIN)/warraq demo

test: .venv/tested ## all tests but the slow ones, in parallel
	$(BIN)/python -m pytest -n auto -m "not slow"

check: .venv/tested ## what CI runs: format, lint, types, docs, all tests, the slow ones too
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m tests.support.audit requirements.lock requirements-container.lock requirements-test.lock
	$(MAKE) --no-print-directory coverage
	$(BIN)/python -m pytest -n auto -m slow

coverage: .venv/tested ## lines covered by the quick tests, with those that are not
	@mkdir -p build
	$(BIN)/python -m slipcover --json --out build/coverage.json -m pytest -n auto -m "not slow"
	$(BIN)/python -m slipcover --skip-covered --fail-under $(COVERAGE) --out build/coverage.json --merge build/coverage.json

bench: .venv/tested ## one table of measures, each next to the plain alternative
	$(BIN)/python -m tests.bench

fuzz: .venv/tested ## ten minutes each of the parsers of what others wrote; guided by coverage where atheris is installed
	for target in extract dates warc; do $(BIN)/python -m tests.fuzz $$target --seconds 600 || exit 1; done

lock: ## write the locks again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra test -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header -o requirements-test.lock
	uv pip compile pyproject.toml --extra build --extra scale --extra alerts -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header -o requirements-container.lock
	uv pip compile requirements-peers.in --universal --python-version 3.11 --generate-hashes --no-header -o requirements-peers.lock

messages: .venv/tested ## collect the words of web and command line; translate what is new in warraq/locale/ar, then run it again
	@mkdir -p build
	PYTHONPATH=. $(BIN)/pybabel -q extract -F warraq/locale/babel.cfg -k say -k _say --omit-header --no-location --sort-output -o build/warraq.pot .
	$(BIN)/pybabel -q update -i build/warraq.pot -d warraq/locale -D warraq -l ar --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d warraq/locale -D warraq

dist: .venv/tested ## wheel and source archive in dist/, with their metadata checked
	$(BIN)/python -m build --no-isolation
	$(BIN)/twine check --strict dist/*

site: .venv/tested ## the documentation as a site in build/site; any broken link fails
	PYTHONPATH=. NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean: ## remove what the targets made
	rm -rf .venv demo-archive bench-archive build dist *.egg-info
