# A fresh machine needs GNU make and python3 (3.11 or later).
# Each environment is installed once, and again from scratch when its lock file changes.
# pip installs, because it uses the mirrors and certificates that the machine is configured with.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
RUN := .venv/bin/python
DEV := .venv-dev/bin/python

# All files that a run writes are below this folder.
ifeq ($(strip $(KLANTBEELD_DATA)),)
KLANTBEELD_DATA := data
endif
export KLANTBEELD_DATA
# dbt vars of a refresh, as YAML; passed in the environment, so that no shell expands them.
export VARS

BENCH_EVENTS ?= 20000000
BENCH_DATA ?= $(KLANTBEELD_DATA)/bench
BENCH_RUNS ?= 3
# what `make bench` measures; the figures of the other are those in BENCH_DATA
BENCH_MEASURE ?= rounds growth
HISTORIES ?= 500

.PHONY: help run refresh retract erase-landing try rejected source check-source dev dbt docs test test-fast test-incremental test-duckdb2 bench bench-growth bench-segments lint format robots lock clean check-python

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: .venv/.installed ## Generate a demo shop if nothing has landed, then refresh
	@$(RUN) -m orchestration run

refresh: .venv/.installed ## Refresh from the landing folder (VARS='{name: value}' for dbt vars, FULL=1 to rebuild)
	@$(RUN) -m orchestration refresh $(if $(strip $(VARS)),--vars "$$VARS") $(if $(FULL),--full-refresh)

retract: .venv/.installed ## Remove what a landed file brought, then refresh (FILE=shop/orders/2026-11.csv)
	@$(RUN) -m orchestration retract "$(or $(FILE),$(error name the file: make retract FILE=shop/orders/2026-11.csv))"

erase-landing: .venv/.installed ## Remove erased persons from the files in the landing folder (DRY=1 only counts)
	@$(RUN) -m orchestration erase-landing $(if $(DRY),--dry-run)

dev: .venv/.ui-installed ## The Dagster UI
	@$(RUN) -m orchestration dev

try: .venv/.installed ## Build VARS='{name: value}' or changed rules apart, in trials/ of the data root (NAME=folder); publishes nothing
	@$(RUN) -m orchestration try $(if $(strip $(VARS)),--vars "$$VARS") $(if $(NAME),--name "$(NAME)")

rejected: .venv/.installed ## The rows and files that did not fit (FILE=part of its path, MOST=100, ROWS=1 for the text of rows)
	@$(RUN) -m orchestration rejected $(if $(FILE),--file "$(FILE)") $(if $(MOST),--most "$(MOST)") $(if $(ROWS),--rows)

source: .venv/.installed ## Draft a source from a sample file (NAME=pixel SAMPLE=file, OBJECT=orders where the guess is wrong)
	@$(RUN) -m orchestration source "$(or $(NAME),$(error name the source: make source NAME=pixel SAMPLE=file))" "$(or $(SAMPLE),$(error name the file: make source NAME=pixel SAMPLE=file))" $(if $(OBJECT),--object "$(OBJECT)")

check-source: .venv/.installed ## What landed of a source: filled columns, refused rows, sessions, orders (NAME=pixel)
	@$(RUN) -m orchestration check-source "$(or $(NAME),$(error name the source: make check-source NAME=pixel))"

docs: .venv/.installed ## dbt's documentation as one page, and the generated pages of docs/
	@$(RUN) -m orchestration docs

dbt: .venv/.installed ## dbt on the warehouse of KLANTBEELD_DATA: make dbt ARGS="build -s sessions"
	@$(RUN) -m orchestration dbt -- $(ARGS)

test: .venv-dev/.installed .venv-old-client/.installed ## All tests (ARGS="-k sessions" selects some)
	@$(DEV) -m pytest -n auto --dist loadgroup --no-loadscope-reorder $(ARGS)

test-fast: .venv-dev/.installed ## The tests that need no built warehouse, in under a minute
	@$(DEV) -m pytest -n auto --dist loadgroup --no-loadscope-reorder -m "not slow" $(ARGS)

test-incremental: .venv-dev/.installed ## Compare generated histories with a rebuild after each landing (HISTORIES=500)
	@KLANTBEELD_HISTORIES="$(HISTORIES)" $(DEV) -m pytest tests/incremental -s $(ARGS)

test-duckdb2: .venv-duckdb2/.installed ## The dbt tests on DuckDB 2.0, which is not pinned yet
	@.venv-duckdb2/bin/python -m pytest tests/dbt $(ARGS)

bench: .venv-dev/.installed ## Benchmark against other means and by history; writes docs/benchmarks.md (BENCH_DATA=folder BENCH_EVENTS=20000000 BENCH_RUNS=3)
	@$(DEV) -m benchmarks --events "$(BENCH_EVENTS)" --data "$(BENCH_DATA)" --runs "$(BENCH_RUNS)" --measure $(BENCH_MEASURE)

bench-growth: .venv-dev/.installed ## Benchmark one more day on histories of 5, 20 and 80 million events, and draw it (BENCH_DATA=folder BENCH_RUNS=3)
	@$(DEV) -m benchmarks.growth --data "$(BENCH_DATA)" --runs "$(BENCH_RUNS)"

bench-segments: .venv-dev/.installed ## Benchmark features and segments of 24 months (BENCH_DATA=folder)
	@$(DEV) -m benchmarks.segments --data "$(BENCH_DATA)"

lint: .venv-dev/.installed ## Ruff, mypy, import-linter, SQLFluff, and the rules of the house
	@# all of them run, even after one has failed; SQLFluff compiles with dbt in a scratch folder
	@failed=; scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; mkdir "$$scratch/warehouse"; \
	$(DEV) -m ruff check --quiet --output-format concise || failed=1; \
	$(DEV) -m ruff format --check --quiet --output-format concise || failed=1; \
	$(DEV) -m mypy --no-error-summary || failed=1; \
	.venv-dev/bin/lint-imports --no-logo >"$$scratch/imports" || { cat "$$scratch/imports"; failed=1; }; \
	$(DEV) -m orchestration.house_rules || failed=1; \
	KLANTBEELD_DATA="$$scratch" DBT_TARGET_PATH="$$scratch" DBT_LOG_PATH="$$scratch" \
	$(DEV) -m sqlfluff lint models --disable-progress-bar || failed=1; \
	test -z "$$failed"

format: .venv-dev/.installed ## Format Python with Ruff
	@$(DEV) -m ruff check --fix
	@$(DEV) -m ruff format

robots: .venv-dev/.installed ## Write the seed of robots from the library's list (newer with make lock UPGRADE=1)
	@$(DEV) seeds/events/fill_robots.py

COMPILE := .venv-lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-header --quiet $(if $(UPGRADE),--upgrade)

lock: .venv-lock/.installed ## Write requirements/*.txt from requirements/*.in (UPGRADE=1 for newer versions)
	$(COMPILE) requirements/run.in -o requirements/run.txt
	$(COMPILE) requirements/ui.in -o requirements/ui.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/duckdb2.in -o requirements/duckdb2.txt
	$(COMPILE) requirements/old-client.in -o requirements/old-client.txt
	$(COMPILE) requirements/lock.in -o requirements/lock.txt

clean: ## Remove environments and caches; keep data
	rm -rf .venv .venv-* .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis target logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Klantbeeld needs Python 3.11 or later; $(PYTHON) is $$({ $(PYTHON) --version || echo missing; } 2>/dev/null | head -n 1)." \
	"Another one can be named: make PYTHON=python3.12 …" >&2; exit 1; }

# install ENVIRONMENT, LOCK, OPTIONS. Bytecode is compiled on all cores, so that the first start is not the slow one;
# a package's templates of Python files may fail to compile, which harms nothing.
install = $(1)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-compile $(3) -r $(2) \
	&& { $(1)/bin/python -m compileall -q -j 0 $(1)/lib >/dev/null 2>&1 || true; }

.venv/.installed: requirements/run.txt | check-python
	@echo "Installing into .venv (once, about a minute) …" >&2
	@$(PYTHON) -m venv --clear .venv
	@$(call install,.venv,requirements/run.txt)
	@touch $@

.venv/.ui-installed: requirements/ui.txt .venv/.installed
	@echo "Installing the Dagster UI into .venv …" >&2
	@$(call install,.venv,requirements/ui.txt)
	@touch $@

.venv-duckdb2/.installed: requirements/dev.txt requirements/duckdb2.txt | check-python
	@echo "Installing into .venv-duckdb2 (once) …" >&2
	@$(PYTHON) -m venv --clear .venv-duckdb2
	@$(call install,.venv-duckdb2,requirements/dev.txt)
	@$(call install,.venv-duckdb2,requirements/duckdb2.txt,--no-deps)
	@touch $@

# .venv-dev, .venv-old-client, .venv-lock: each from the lock of its name
.venv-%/.installed: requirements/%.txt | check-python
	@echo "Installing into .venv-$* (once) …" >&2
	@$(PYTHON) -m venv --clear .venv-$*
	@$(call install,.venv-$*,requirements/$*.txt)
	@touch $@
