# reportgen: the two commands that do everything are `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:

VENV   := .venv
BIN    := $(VENV)/bin
RENDER := build/venv-render
WHEELS := build/wheel
# Nothing asks, nothing phones home; pip reads the pinned files and whatever index this machine is set up for.
PIP_INSTALL := -m pip install -qq --disable-pip-version-check --no-input --root-user-action=ignore
PYTEST_ARGS ?= -n 2 --dist loadgroup

.PHONY: help demo examples test setup system-libraries system-libraries-test lint unit render-only format lock bench clean distclean

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name text; do printf '  make %-18s %s\n' "$$name" "$$text"; done

demo: setup  ## set up, train every study on the embedded data, write build/report/informe.pdf
	@$(BIN)/reportgen run experiments.toml --profile demo

examples: setup  ## the reports of examples/, under build/examples/; what is trained, is trained on the embedded data
	@for file in examples/*.toml; do
		name=$$(basename "$$file" .toml) began=$$SECONDS profile=()
		# A file of imported results trains nothing and has no profile for that.
		if grep -q '^\[profile\.demo\]' "$$file"; then profile=(--profile demo); fi
		$(BIN)/reportgen run "$$file" "$${profile[@]}" --build "build/examples/$$name"
		echo "$$name: $$((SECONDS - began)) s"
	done

test: system-libraries-test $(VENV)/.setup-stamp  ## set up, then lint, types, contracts, tests, render without Keras
	@$(MAKE) lint
	$(MAKE) unit
	$(MAKE) render-only

setup: system-libraries $(VENV)/.setup-stamp  ## .venv with the pinned dependencies, and the system's libraries

system-libraries:
	@.ci/system-libraries

system-libraries-test:
	@.ci/system-libraries --test

# Done again only when the lock or the project's metadata changes.
$(VENV)/.setup-stamp: .ci/requirements.lock pyproject.toml
	@.ci/make-venv $(VENV)
	echo "reportgen: installing the pinned dependencies in $(VENV) (once, a few minutes)" >&2
	$(BIN)/python $(PIP_INSTALL) --require-hashes -r .ci/requirements.lock
	$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
	touch $@

lint: $(VENV)/.setup-stamp  ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.setup-stamp  ## the tests; PYTEST_ARGS="tests/spec -x" runs some of them
	$(BIN)/python -m pytest $(PYTEST_ARGS)

# The wheel as a reader would get it, installed where there is no Keras and no source tree on the path.
render-only: $(VENV)/.setup-stamp $(RENDER)/.setup-stamp  ## the tests of an install without Keras
	rm -rf $(WHEELS)
	$(BIN)/python -m hatchling build --target wheel --directory $(WHEELS) >/dev/null
	$(RENDER)/bin/python $(PIP_INSTALL) --no-deps --force-reinstall $(WHEELS)/*.whl
	$(RENDER)/bin/python -P -m pytest -o addopts="-ra --strict-markers --import-mode=importlib" -o pythonpath= --confcutdir=tests/render_only tests/render_only

$(RENDER)/.setup-stamp: .ci/render.lock
	@PYTHON=$(BIN)/python .ci/make-venv $(RENDER)
	$(RENDER)/bin/python $(PIP_INSTALL) --require-hashes -r .ci/render.lock
	touch $@

format: $(VENV)/.setup-stamp  ## put the sources into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One lock for Python 3.11 to 3.13 on every system: hashes, no index, no address. UPGRADE=1 takes newer releases.
UV_COMPILE = $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)
lock:  ## make .ci/*.lock again after a change of pyproject.toml (UPGRADE=1: newer releases too)
	@test -x $(BIN)/uv || $(MAKE) $(VENV)/.setup-stamp
	env -u PIP_FIND_LINKS $(UV_COMPILE) pyproject.toml --extra train --extra cluster --extra dev --output-file .ci/requirements.lock >/dev/null
	env -u PIP_FIND_LINKS $(UV_COMPILE) pyproject.toml .ci/render.in --constraint .ci/requirements.lock --output-file .ci/render.lock >/dev/null

bench: system-libraries-test $(VENV)/.setup-stamp  ## every bar of docs/performance.md, about an hour; BENCH_ARGS="--quick", "plan memory", "--write"
	@$(BIN)/python benchmarks/collect.py $(BENCH_ARGS)

clean:  ## caches and scratch; keeps .venv and what was trained and written in build/
	@rm -rf $(RENDER) $(WHEELS) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -path ./$(VENV) -prune -o -path ./build -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

distclean: clean  ## also .venv; build/ stays, since it may hold days of training
	@rm -rf $(VENV)
