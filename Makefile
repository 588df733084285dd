# Two commands set up everything: `make demo` and `make test`. Needs Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PYTEST := $(BIN)/python -m pytest -n 2
QUICK := not slow and not corpus and not kill and not libreoffice

.DEFAULT_GOAL := help
.PHONY: help setup demo run check test test-fast coverage proof golden sample bench shapes mutants rules fmt clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

setup: $(READY)  ## make ./.venv with everything in it, as locked

demo: $(READY)  ## a workspace of sample workbooks in ./demo, two nights run
	@if [ -f demo/planted.json ]; then rm -rf demo; fi  # only what this command made
	@$(BIN)/nightdesk demo demo

run: $(READY)  ## one night over ./inbox
	@$(BIN)/nightdesk run

check: $(READY)  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check  ## style, types, layers, every quick test, and the commit's share of the long suites
	$(PYTEST) --dist worksteal --share --both-ways
	@echo "All passed."

test-fast: $(READY)  ## what developers run all the time: every quick test, two cases of each
	$(PYTEST) --few -m "$(QUICK)" $(ARGS)

coverage: $(READY)  ## what lines the quick tests run, and whether they are as many as they were
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --few -m "$(QUICK)"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

proof: check  ## all of everything: the long suites whole and every small wrong of `make mutants`; a night's work
	$(PYTEST) --dist worksteal --both-ways
	@$(MAKE) --no-print-directory mutants

golden: $(READY)  ## rewrite the golden texts; the diff is the review
	$(BIN)/python -m pytest --golden -q

sample: $(READY)  ## rewrite the rows of the demo from the world they are taken from; the diff is the review
	$(BIN)/python -m benchmarks.world

bench: $(READY)  ## the night against a plain script and against its bare parts
	$(BIN)/python -m benchmarks.night
	$(BIN)/python -m benchmarks.reading

shapes: $(READY)  ## books as companies keep them: how many are read rightly on the first night; ARGS="--only 订单" for some
	$(BIN)/python -m benchmarks.shapes $(ARGS)

mutants: $(READY)  ## do the tests notice small wrongs? all of them; ARGS="--sample 20" for some, ARGS="tracking" for a module
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutants.lock
	$(BIN)/python -m benchmarks.mutants $(ARGS)

rules: $(READY)  ## the rules in force
	@$(BIN)/nightdesk rules

fmt: $(READY)  ## format the source
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove what was made here, never inbox, archive or ledger
	rm -rf .venv demo .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .grimp_cache build dist *.egg-info
