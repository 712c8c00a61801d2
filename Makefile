# Everything a newcomer types. `make demo` and `make test` need Python 3.11+ with venv, make and git, and nothing else.

PYTHON ?= python3
BIN := .venv/bin
LAPTOP := $(BIN)/python -m config.laptop
INSTALL := UV_LINK_MODE=copy VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-progress --compile-bytecode --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header $(UPGRADE)
# What `make test` runs, e.g. make test ARGS="tests/invoicing -k retainage"
ARGS ?=
# What `make bench` measures: exports, applications, or both.
ONLY ?=
# How long `make soak` goes on, and what its dice begin with.
MINUTES ?= 10
SEED ?= 1

.PHONY: demo demo-reset test test-slow bench soak lock help

help:
	@echo 'make demo        the whole product on this machine, with demo data; Ctrl-C ends it; ERP=tryton adds a real ERP'
	@echo 'make demo-reset  forget what was done in the demo'
	@echo 'make test        the test suite, on a real database, broker and browser; ARGS="tests/invoicing -k foo" narrows it'
	@echo 'make test-slow   the tests that take minutes'
	@echo 'make soak        people, faults and a checker for MINUTES=10, from SEED=1: is an export lost, or booked twice?'
	@echo 'make bench       how fast exports go and large applications are; writes docs/performance.md; ONLY=applications narrows it'
	@echo 'make lock        compile pyproject.toml into the locked requirements files'

demo: .venv/laptop.stamp
	@$(LAPTOP) demo

demo-reset: .venv/laptop.stamp
	@$(LAPTOP) reset

test: .venv/test.stamp
	@$(LAPTOP) test -- $(ARGS)

test-slow: .venv/test.stamp
	@$(LAPTOP) test --slow -- $(ARGS)

soak: .venv/test.stamp
	@SOAK_MINUTES=$(MINUTES) SOAK_SEED=$(SEED) $(LAPTOP) test --slow -- -n 0 -q tests/faults/test_random_run.py -k soak

bench: .venv/test.stamp
	@$(BIN)/python -m bench $(ONLY)

.venv/bin/uv: config/laptop/uv.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Tieout needs Python 3.11 or newer; PYTHON=python3.12 make … picks one.")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'Python has no venv module here. On Debian: apt-get install python3-venv'; exit 1; }
	@echo 'Making a virtual environment in .venv'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r config/laptop/uv.txt
	@touch $@

.venv/laptop.stamp: .venv/bin/uv requirements.txt config/laptop/requirements.txt
	@echo 'Installing what Tieout needs'
	@$(INSTALL) -r requirements.txt -r config/laptop/requirements.txt
	@touch $@

.venv/test.stamp: .venv/laptop.stamp tests/requirements.txt
	@echo 'Installing what the tests need'
	@$(INSTALL) -r requirements.txt -r config/laptop/requirements.txt -r tests/requirements.txt
	@touch $@

# Keeps the versions that are locked; `make lock UPGRADE=--upgrade` takes the newest that pyproject.toml allows.
lock: .venv/bin/uv
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) -c requirements.txt --group laptop -o config/laptop/requirements.txt
	$(COMPILE) -c requirements.txt -c config/laptop/requirements.txt --group test -o tests/requirements.txt
	$(COMPILE) --group tryton -o config/laptop/tryton/requirements.txt
