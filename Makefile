# `make run` and `make test` are all that a newcomer needs: python3 (3.11 or newer) with venv, make and git.
#
#   make run       the demo contract on http://127.0.0.1:8000 (first start installs, later starts take seconds)
#   make test      every test; what was skipped, and why, is the last thing printed
#   make check     format, lint, types, import contracts, migrations, templates, catalogues, docs
#   make bench     the figures behind docs/benchmarks.md
#   make messages  bring the Chinese catalogues up to date with the sources, then say what is missing
#   make lock      resolve the dependencies anew (needs uv)
#   make clean     forget the installation; the data folder stays

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
DATA   := $(or $(YUNHENG_DATA),data)
ADDRESS ?= 127.0.0.1
PORT    ?= 8000

# Locked, hashed, wheels only: nothing is compiled here and nothing unlocked is fetched.
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all:
CODE    := src tests tools manage.py $(wildcard benchmarks)

.PHONY: run test check bench lock messages catalogues install install-test install-postgres clean help

help:
	@sed -n 's/^#   //p' Makefile

# ---------------------------------------------------------------- installation
# Everything lives in .venv and is stamped there: a folder that is cleared forgets its stamps with it.

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Yunheng needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { rm -rf $(VENV); echo "Python cannot make a virtual environment: on Debian install python3-venv" >&2; exit 1; }

# The project itself is not installed by pip: that would need a build backend, which a fresh virtual environment of
# Debian 12 has, one of Debian 13 has not, and fetching one would step outside the lock. A path file and a command of
# a few lines (tools/launcher.py) do the same without either.
$(VENV)/.run: requirements/run.txt tools/launcher.py | $(PY)
	@echo "Installing what requirements/run.txt locks ..."
	@$(INSTALL) -r requirements/run.txt
	@$(PY) tools/launcher.py
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@echo "Installing what requirements/test.txt locks ..."
	@$(INSTALL) -r requirements/test.txt
	@touch $@

install: $(VENV)/.run
install-test: $(VENV)/.test
install-postgres: $(VENV)/.run
	@$(INSTALL) -r requirements/postgres.txt

catalogues: $(VENV)/.run
	@$(PY) tools/messages.py compile

# ---------------------------------------------------------------- the two commands

# A data folder without a database gets the demo contract. The mark stays until the demo is whole, so that a first
# start that was interrupted is finished by the next one.
run: catalogues
	@mkdir -p "$(DATA)"
	@test -n "$(DATABASE_URL)" || test -e "$(DATA)/yunheng.sqlite3" || touch "$(DATA)/.demo-wanted"
	@YUNHENG_DATA="$(DATA)" $(VENV)/bin/yunheng migrate
	@test ! -e "$(DATA)/.demo-wanted" || \
	  { YUNHENG_DATA="$(DATA)" $(VENV)/bin/yunheng demo --if-empty && rm -f "$(DATA)/.demo-wanted"; }
	@YUNHENG_DATA="$(DATA)" exec $(VENV)/bin/yunheng serve --host $(ADDRESS) --port $(PORT)

test: install-test catalogues
	@$(PY) tools/run_tests.py $(TESTS)

# ---------------------------------------------------------------- for those who change it

# Each step is a target of its own: `make -k check` names every finding, `make check-types` asks for one kind.
CHECKS := check-format check-lint check-contracts check-messages check-assets check-types check-migrations check-tree
.PHONY: $(CHECKS)
check: $(CHECKS)
$(CHECKS): install-test catalogues
$(CHECKS): export YUNHENG_DATA := $(abspath $(VENV))/check-data

check-format:
	$(VENV)/bin/ruff format --check $(CODE)
check-lint:
	$(VENV)/bin/ruff check $(CODE)
check-contracts:
	$(VENV)/bin/lint-imports --no-logo
check-messages:
	$(PY) tools/messages.py check
check-assets:
	$(PY) tools/vendor_assets.py --check
check-types:
	$(VENV)/bin/mypy $(CODE)
check-migrations:
	$(PY) manage.py makemigrations --check --dry-run
check-tree:
	$(PY) -m pytest tests/architecture -q -n 2

# Each file prints its own figures; `make bench BENCHMARKS="kernel writing"` runs these two.
BENCHMARKS := $(filter-out __init__,$(notdir $(basename $(sort $(wildcard benchmarks/*.py)))))
bench: install-test catalogues
	@set -e; for name in $(BENCHMARKS); do echo "==== $$name"; $(PY) -m benchmarks.$$name; done

messages: install-test
	$(PY) tools/messages.py update
	$(PY) tools/messages.py check

# The locks hold for every platform with wheels and for every Python from 3.11 on, and name no index.
UV   ?= $(firstword $(wildcard $(VENV)/bin/uv) uv)
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes \
          --no-emit-index-url --custom-compile-command "make lock"
lock:
	$(LOCK) pyproject.toml -o requirements/run.txt
	$(LOCK) pyproject.toml requirements/test.in -o requirements/test.txt
	$(LOCK) pyproject.toml --extra postgres -c requirements/run.txt -o requirements/postgres.txt

clean:
	rm -rf $(VENV) build dist
	find src -name '*.mo' -delete
