# The developer's verbs. VENV names the environment; python3 is any Python from 3.11 on.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
REPLAY := $(VENV)-replay
STAMP := $(VENV)/.installed

.PHONY: demo test lint format bench replay browser clean

demo: $(STAMP)  ## serve the sample site, crawl it into data/, search it
	$(BIN)/lawcrawl demo
	@echo
	@echo '$$ lawcrawl search 民法典 --limit 5'
	@$(BIN)/lawcrawl search 民法典 --limit 5

test: $(STAMP) lint  ## every test, with the closing count
	@$(MAKE) --no-print-directory replay || echo "pywb cannot be had: the tests that replay are skipped"
	@$(MAKE) --no-print-directory browser || echo "Chromium cannot be had: the tests in a browser are skipped"
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

replay: $(REPLAY)/.installed  ## pywb and the wacz tool, which some tests ask, beside our own environment

$(REPLAY)/.installed: tests/replay/requirements.txt
	test -x $(REPLAY)/bin/python || $(PYTHON) -m venv $(REPLAY)
	$(REPLAY)/bin/python -m pip install --quiet --requirement tests/replay/requirements.txt
	touch $@

browser: $(STAMP)  ## a Chromium for the tests that look at the pages, where the system has none
	@command -v chromium || command -v chromium-browser || command -v google-chrome || $(BIN)/playwright install chromium-headless-shell

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("lawcrawl needs Python 3.11 or later; make PYTHON=python3.12 names another" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

clean:
	rm -rf $(VENV) $(REPLAY) .pytest_cache .hypothesis .mypy_cache .ruff_cache
