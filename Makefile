# Everything lives in .venv and data/; nothing is installed elsewhere. `make help` lists what there is.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PY     := $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help setup migrate setup-dev run demo seed seed-demo reset-db test test-fast test-mongo lint types bench soak backup restore mongo-up mongo-down mongo-shell

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.ready web/static/vendor/.ready ## make the virtual environment and the front-end assets

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	  || { echo "greenroom: Python 3.11 or 3.12 is needed; say which: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.txt | $(PY)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

web/static/vendor/.ready: package.json package-lock.json scripts/build_assets.py $(VENV)/.ready
	$(PY) -m scripts.build_assets
	@touch $@

migrate: setup ## bring database and session storage into the shape of this release
	@$(PY) scripts/run_migrations.py up

node_modules/.for-tests: web/static/vendor/.ready
	$(PY) -m scripts.build_assets --for-tests
	@touch $@

setup-dev: setup $(VENV)/.ready-dev node_modules/.for-tests ## what tests and checks need as well

run: setup ## serve on HOST:PORT (127.0.0.1:8000), everything under one supervisor
	@$(PY) -m scripts.serve

demo: setup ## the same on a throw-away folder with seeded data
	@$(PY) -m scripts.demo

seed: setup ## invented interviews to develop with, of dev@example.org (docs/seeding.md)
	@$(PY) -m scripts.seed_database

seed-demo: setup ## and those to show, of demo@example.org
	@$(PY) -m scripts.seed_database --scenario demo

reset-db: setup ## remove everything that people made; says only what would go, without CONFIRM=yes
	@$(PY) -m scripts.reset_database $(if $(filter yes,$(CONFIRM)),--confirm)

test: setup-dev lint types ## every test, on every engine
	$(PY) -m pytest -n logical --cov --cov-report= --durations=25 --durations-min=5
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --fail-under=95 --include='domain/*,storage/*,database/*'

test-fast: setup-dev ## the quick run: mongomock for MongoDB, no browser, nothing slow
	$(PY) -m pytest -n logical -m "not slow and not browser and not postgresql" --mongomock-only

test-mongo: setup-dev ## the storage tests on a real MongoDB (MONGODB_URI points elsewhere)
	$(PY) -m pytest --use-real-mongo -m mongo

lint: setup-dev ## ruff: rules and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev ## mypy, strict where it counts
	$(BIN)/mypy

bench: setup-dev ## measure ours against named peers (installs them)
	$(BIN)/pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	$(PY) -m benchmarks.storage
	$(PY) -m benchmarks.migrations
	$(PY) -m benchmarks.database
	$(PY) -m benchmarks.streams
	$(PY) -m benchmarks.startup

soak: setup-dev ## 10,000 kills per storage
	$(PY) -m tests.reliability.soak

mongo-up: setup-dev ## a local MongoDB replica set: Docker where there is one, else the wheel's mongod
	@$(PY) -m scripts.local_mongo up

mongo-down: setup-dev ## stop it
	@$(PY) -m scripts.local_mongo down

mongo-shell: setup-dev ## a shell on it
	@$(PY) -m scripts.local_mongo shell

backup: setup ## one archive of everything, into backups/ of the data folder
	@$(PY) -m scripts.backup

restore: setup ## bring it back: make restore FILE=…
	@$(PY) -m scripts.restore $(if $(FILE),"$(FILE)",)
