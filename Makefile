# make run | test | test-quick | nightly | check | bench | audit | clients | lock | clean: all from nothing but Python 3.11 and make.
PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/ready
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: run test test-quick nightly check bench audit clients npm lock browser clean

run: $(READY)
	@$(BIN)/xingcun serve --demo S --host $(HOST) --port $(PORT)

# What one process has compiled the others read, whatever this shell says: workers, servers and commands are many.
export PYTHONDONTWRITEBYTECODE =

# Random walks are the same in every run; SEED=17 draws other ones, and nightly draws its own and prints it.
# One worker more than there are cores, as each waits now and then for its database or its browser.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
TESTS = $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal \
  $(if $(SEED),--hypothesis-profile free --hypothesis-seed $(SEED))

test: $(READY) browser clients
	$(TESTS) --durations 25

# For the working day: no browser, SQLite only, and none of the long walks (tests/long.py).
test-quick: $(READY)
	$(TESTS) --ignore tests/e2e --ignore tests/leaks --ignore tests/fuzz \
	  -k 'not postgres and not both_databases' \
	  -m 'not nightly and not calendar_bound and not long'

# Everything, also what is too big for every change.
nightly: SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))
nightly: $(READY) browser clients
	$(TESTS) -m 'nightly or not nightly' --durations 30

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

bench: $(READY)
	$(BIN)/python -m tests.bench.composition
	$(BIN)/python -m tests.bench

# What the package index says of the versions in the lock.
audit: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/python -m tests.audit

# The stamp is younger than the lock when everything in it is installed.
$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Browser tests drive Debian's Chromium, best without windows, which cost most of the time; it is installed where this may be done.
browser:
	@command -v chromium-headless-shell >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && apt-get update -qq && { apt-get install -y -qq chromium-headless-shell fonts-noto-cjk >/dev/null \
	  || command -v chromium >/dev/null || apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; }; } || true
	@if browser=$$(command -v chromium-headless-shell || command -v chromium); then \
	  echo "Browser: $$($$browser --version --no-sandbox 2>/dev/null)"; \
	elif [ "$$CI" = true ]; then echo "No Chromium: the browser tests cannot run, and under CI they must." >&2; exit 1; \
	else echo "!!! No Chromium here: THE BROWSER TESTS WILL NOT RUN. Install chromium-headless-shell and fonts-noto-cjk." >&2; fi

# Clients that others' generators write of our schema: they know every type by its name, and their types agree.
clients: $(READY) npm
	@$(BIN)/python -m tests.clients

# Two of the generators come with npm; under CI it is installed where this may be done, and what is not made is said.
npm:
	@command -v npm >/dev/null || { test "$$CI" = true && test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	  && apt-get update -qq && timeout 180 apt-get install -y -qq --no-install-recommends npm >/dev/null; } || true

lock: $(READY)
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --strip-extras --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache build *.egg-info
