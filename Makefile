# Every target sets up what it needs. A bare Debian 12 needs python3, python3-venv, node and make first.

PYTHON ?= python3
PY := .venv/bin/python
UV_VERSION := 0.13.8

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test quick torture coverage check bench screenshots format lock audit sbom clean system-packages bench-packages

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.run ## start the server on http://127.0.0.1:8080/parser/ (make run ARGS="--port=9000")
	$(PY) parser.py $(ARGS)

# Both runners run, so that one look shows every failure. Node runs beside Python, and its output comes afterwards.
# Node's runner has no quiet mode: a good run shows its last lines.
define run_tests
	@failed=; mkdir -p build; \
	npm test --silent > build/npm-test.log 2>&1 & node=$$!; \
	$(PY) -m pytest $(1) || failed="$$failed Python"; \
	if wait $$node; then tail -n 8 build/npm-test.log; \
	else cat build/npm-test.log; failed="$$failed JavaScript"; fi; \
	test -z "$$failed" || { echo "make $@: failed:$$failed" >&2; exit 1; }
endef

# The quick tests need no server, no browser, no disk and no second program.
SLOW := $(addprefix tests/,browser deploy edges test_nginx.py test_store.py test_together.py test_walks.py)
QUICK := tests $(SLOW:%=--ignore=%)

# Four processes keep two cores busy: the tests wait as much as they work.
test: .venv/.dev node_modules/.stamp system-packages ## run every test: JavaScript, Python, browser, nginx
	$(call run_tests,--numprocesses=4)

quick: .venv/.dev node_modules/.stamp ## run the tests that need no server and no browser (seconds)
	$(call run_tests,$(QUICK) --numprocesses=2 --hypothesis-profile=quick)

# A faulty disk, a killed server and damaged requests take another course each time.
FAULTS := $(addprefix tests/edges/,disk/test_failing_disk.py test_faults.py test_full_disk.py test_noise.py test_system_calls.py)
TIMES ?= 1

torture: export HYPOTHESIS_PROFILE = torture
torture: export TIMES := $(TIMES)
torture: .venv/.dev ## try forty times as many random tables, frames and views as "make test", and break more (make torture TIMES=9)
	@scripts/system-packages strace
	$(PY) -m pytest $(FAULTS) --numprocesses=2 --timeout=3600
	$(PY) -m pytest $(QUICK) --numprocesses=2 --timeout=$$((3600 * $$TIMES))

coverage: .venv/.dev node_modules/.stamp ## print the branches that the quick tests leave out
	$(PY) -m pytest $(QUICK) --numprocesses=2 --cov --cov-report=term-missing:skip-covered
	@mkdir -p build; npm run --silent coverage > build/npm-coverage.log || { cat build/npm-coverage.log; exit 1; }
	@sed -n '/^# start of coverage/,$$p' build/npm-coverage.log | grep -E '^# (file|static/js|all files)'

check: .venv/.dev node_modules/.stamp ## check style and types of Python and JavaScript
	$(PY) -m ruff check --quiet
	$(PY) -m ruff format --check --quiet
	$(PY) -m mypy --no-error-summary
	npm run --silent types
	npm run --silent lint

bench: .venv/.bench node_modules/.stamp bench-packages ## measure speed and memory (takes minutes and some GB of disk)
	$(PY) -m bench $(ARGS)

screenshots: .venv/.dev system-packages ## take pictures of every state of the page, and of the README
	$(PY) -m tests.browser.screenshots

format: .venv/.dev node_modules/.stamp ## format Python, JavaScript and CSS
	$(PY) -m ruff check --fix-only --quiet
	$(PY) -m ruff format --quiet
	npm run --silent format

# --universal: one lock for Linux and macOS, Intel and ARM, and every Python from 3.11.
lock: build/uv/.stamp ## pin requirements*.in again (make lock ARGS=--upgrade for the newest versions)
	@for name in requirements requirements-cluster requirements-dev requirements-bench requirements-audit; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" build/uv/bin/uv pip compile $$name.in --output-file $$name.txt --quiet \
			--no-config --no-emit-index-url --universal --python-version 3.11 --generate-hashes $(ARGS) || exit 1; \
	done

# Needs the services of the two registries that list vulnerabilities: a mirror of their packages alone does not have them.
audit: build/audit/.stamp ## look the pinned packages up among the known vulnerabilities
	@failed=; for name in requirements requirements-dev requirements-bench; do \
		build/audit/bin/pip-audit --requirement $$name.txt --require-hashes --disable-pip --strict --progress-spinner=off $(ARGS) \
			|| failed="$$failed $$name.txt"; \
	done; \
	npm audit || failed="$$failed package-lock.json"; \
	test -z "$$failed" || { echo "make audit: vulnerable, or not looked up:$$failed" >&2; exit 1; }

sbom: .venv/.dev ## write build/sbom.json, the software bill of materials (CycloneDX)
	@mkdir -p build
	$(PY) scripts/sbom.py build/sbom.json

clean: ## remove everything that make created; the tables in data/ stay
	rm -rf .venv node_modules build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: a step runs again only when the file it reads has changed.

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Pagecast needs Python 3.11 or newer: make PYTHON=/path/to/it" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ echo "Python's venv module does not work; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

.venv/.run: requirements.txt .venv/.made
	@echo "Installing requirements.txt …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@echo "Installing requirements-dev.txt …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.venv/.bench: requirements-bench.txt .venv/.dev
	@echo "Installing requirements-bench.txt …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json
	@scripts/system-packages npm
	@npm ci --loglevel=error --no-audit --no-fund >/dev/null
	@touch $@

# The bench leaves out a program that cannot be installed, and says so.
bench-packages:
	@scripts/system-packages nginx nchan redis || true

system-packages:
	@scripts/system-packages npm chromium nginx redis fonts r systemd strace faketime iproute

build/audit/.stamp: requirements-audit.txt
	@$(PYTHON) -m venv build/audit
	@build/audit/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.txt
	@touch $@

build/uv/.stamp:
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@
