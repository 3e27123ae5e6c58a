# make hello: install, fetch the model, say a sentence.
# make check: lint, types, and the tests that need no model.    make test: all tests of a commit.
# make test T=tests/cli: those tests alone.    make test TESTS=pattern: those that are named so.
# make nightly: the tests that take long or measure time, and property tests with other examples.
# make fuzz SECONDS=3600 SEED=7: read changed files of every kind for an hour.

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

# uv reads no settings of pip's; where a folder of wheels is set for pip, tell uv too.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)

ifdef UV
CREATE := uv venv --quiet --python $(PYTHON) $(VENV)
INSTALL := VIRTUAL_ENV=$(abspath $(VENV)) uv pip install --quiet --constraint constraints.txt
else
CREATE := $(PYTHON) -m venv $(VENV) && \
  $(BIN)/python -m pip install --quiet --constraint constraints.txt --upgrade pip
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt
endif

PYTEST := $(BIN)/python -m pytest
# Two at a time, so each with one thread for its arithmetic.
WITHOUT_MODEL := OMP_NUM_THREADS=1 $(PYTEST) -n 2 --dist loadscope -m "not real and not nightly"

.PHONY: hello check test nightly fuzz lint types format clean

hello: $(VENV)/.installed
	$(BIN)/python -m kokoro_cli models pull af_bella
	$(BIN)/python -m kokoro_cli say "Hello! This is Kokoro, speaking on your own machine." \
	  --voice af_bella --output hello.wav --play

check: lint types
	$(WITHOUT_MODEL)

test: $(VENV)/.installed-dev
ifneq ($(T)$(TESTS),)
	$(PYTEST) $(T) $(if $(TESTS),-k "$(TESTS)")
else
	$(WITHOUT_MODEL)
	$(PYTEST) -m "real and not nightly"
endif

nightly: $(VENV)/.installed-dev
	$(PYTEST) -m "nightly or hypothesis" --hypothesis-profile=nightly

SECONDS ?= 60
SEED ?= 0
fuzz: $(VENV)/.installed-dev
	$(BIN)/python -m tests.fuzz.campaign --seconds $(SECONDS) --seed $(SEED) $(if $(KIND),--kind $(KIND))

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 10) <= v <= (3, 12) or \
	  sys.exit("Kokoro needs Python 3.10, 3.11 or 3.12, and $(PYTHON) is %d.%d. Try: make hello PYTHON=python3.12" % v)'
	$(CREATE)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) '.[model]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(INSTALL) --editable '.[model,ja,zh,bench,serve]' --group dev
	@touch $@

clean:
	rm -rf $(VENV) hello.wav
