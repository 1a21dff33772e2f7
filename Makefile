# make app · make test · make bench · make bench-slow: each does all the set-up that it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SUDO   := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# compiled loops are cached beside the sources; one thread a process unless a benchmark says otherwise
export OMP_NUM_THREADS ?= 1

.PHONY: app install compiled test check test-slow bench bench-slow screenshots clean

app: install compiled
	$(BIN)/streamlit run app.py

install: $(VENV)/.installed
$(VENV)/.installed: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

# nobody's first drag waits for a compiler: what is compiled already is only looked up
compiled: install
	$(BIN)/python -m divrec.rerank.warm
	$(BIN)/python -m divrec.metrics.warm

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	command -v chromium >/dev/null || ($(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk)
	touch $@

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check compiled
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# some peers do not install beside ours, nor beside each other: they get environments of their own
.venv-%/.installed: requirements-%.txt
	test -x .venv-$*/bin/python || $(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet -r requirements-$*.txt
	touch $@

test-slow: check .venv-oracles/.installed .venv-ctgan/.installed
	$(BIN)/python -m pytest -m slow

bench: $(VENV)/.installed-dev
	for bench in rerank groceries models synthesis privacy ingest screens; do $(BIN)/python -m benchmarks.$$bench || exit 1; done

bench-slow: $(VENV)/.installed-dev .venv-recbole/.installed .venv-cornac/.installed .venv-ctgan/.installed
	$(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.models checkins --slow
	$(BIN)/python -m benchmarks.items

screenshots: $(VENV)/.installed-dev
	$(BIN)/python docs/take_screenshots.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
