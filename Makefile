# Two commands set everything up on a machine with only Python 3.11 or later: `make run` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 4566

.PHONY: run test parity mutation lint lock clean

run: $(VENV)/.run
	$(BIN)/emulator start --port $(PORT)

# The whole suite: style, import contracts, tests. Clients in Node.js are tested where Node.js is installed.
test: $(VENV)/.test tests/clients/js/node_modules/.done
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest

# Replay everything that was recorded from AWS against a fresh emulator, try variants, probes and stubs, and rebuild the
# matrix and the site from the results.
# A difference that is found is what the report is for: only work that could not be done (exit code 2) fails the target.
parity: $(VENV)/.test
	$(BIN)/lab parity --jobs 2 $(REPORTS) || [ $$? -eq 1 ]

# How many of 1,000 seeded faults in live answers the differ finds, decoded and on the wire; takes minutes.
mutation: $(VENV)/.test
	PARITYLAB_MUTATIONS=1000 $(BIN)/python -m pytest tests/lab/differ/test_mutation.py

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: $(VENV)/bin/python requirements/test.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/test.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.run

tests/clients/js/node_modules/.done: tests/clients/js/package-lock.json
	@if command -v npm >/dev/null; then cd tests/clients/js && npm ci --no-audit --no-fund --silent && touch node_modules/.done; \
	else echo "npm is not installed: the tests with the AWS SDK for JavaScript will be skipped"; fi

# Pin everything anew, hashed and without registry addresses.
lock: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --no-emit-index-url --no-annotate --no-header --generate-hashes --quiet \
	    --python-version 3.11 pyproject.toml requirements/build.in --output-file requirements/run.txt
	$(BIN)/uv pip compile --universal --no-emit-index-url --no-annotate --no-header --generate-hashes --quiet \
	    --python-version 3.11 --all-extras pyproject.toml requirements/build.in --output-file requirements/test.txt
	cd tests/clients/js && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

clean:
	rm -rf $(VENV) tests/clients/js/node_modules .paritylab
