# make site   builds content/ into _site/          make test   runs the tests
# Both work on a fresh machine with Python 3.11+ and make; `make` alone lists the rest.

PYTHON ?= python3
VENV := .venv

python := $(VENV)/bin/python
install := $(python) -m pip --disable-pip-version-check -q install
compile := $(VENV)/bin/uv pip compile -q --upgrade --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: help site serve test check coverage bench requirements audit clean

help:
	@echo 'make site     build content/ into _site/'
	@echo 'make serve    show the site on localhost and follow every edit'
	@echo 'make test     run the tests'
	@echo 'make check    check format, style and types, then run the tests: what CI runs'
	@echo 'make coverage run the tests and show which branches none of them takes'
	@echo 'make bench    measure Carrel beside other generators: about 20 minutes'
	@echo 'make requirements  pin what CI installs anew, each file by its hash'
	@echo 'make audit    ask for known flaws of what is pinned, and of the oldest that may be used'
	@echo 'make clean    remove what was built and installed'
	@echo
	@echo 'Another Python: make PYTHON=python3.12 site'
	@echo 'Another address: make BASE_URL=https://user.github.io/repo/ site'

site: $(VENV)/.carrel
	@$(python) build.py build $${BASE_URL:+--base-url "$$BASE_URL"}

serve: $(VENV)/.carrel
	@$(python) build.py serve

test: $(VENV)/.dev
	$(python) -m pytest -n auto --dist loadfile

check: $(VENV)/.dev
	$(python) -m ruff format --check
	$(python) -m ruff check
	$(python) -m mypy
	$(python) -m pytest -n auto --dist loadfile
	$(python) build.py check

coverage: $(VENV)/.dev
	@mkdir -p .coverage
	$(python) -m coverage erase
	$(python) -m coverage run -m pytest -q
	$(python) -m coverage combine -q
	$(python) -m coverage report

bench: $(VENV)/.dev
	bench/setup.sh
	$(python) -m bench run

clean:
	rm -rf $(VENV) .bench _bench _site .carrel .carrel-* .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find build.py carrel tests bench -name __pycache__ -prune -exec rm -rf {} +

# What CI installs, each file by its hash, for every system and every Python that we support. After
# a change of pyproject.toml, and whenever the audit asks for it.
requirements: $(VENV)/.dev
	$(install) uv
	printf 'hatchling>=1.27\neditables>=0.5\n' | $(compile) pyproject.toml - --all-extras -o requirements/ci.txt
	printf 'pip-audit>=2.9\nuv>=0.8\n' | $(compile) - -o requirements/audit.txt

audit: $(python)
	$(install) --require-hashes -r requirements/audit.txt
	$(python) -m pip_audit --progress-spinner off --disable-pip --require-hashes -r requirements/ci.txt
	$(VENV)/bin/uv pip compile -q pyproject.toml --all-extras --resolution lowest-direct \
	  --no-emit-index-url -o $(VENV)/oldest.txt
	$(python) -m pip_audit --progress-spinner off --disable-pip --no-deps -r $(VENV)/oldest.txt

# A half-made environment has a python but no pip, so it is removed when venv fails.
$(python):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Carrel needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 site")'
	@echo 'making $(VENV)'
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

# LOCKED=1 takes nothing but the files that requirements/ci.txt names by their hashes.
ifeq ($(LOCKED),1)
dev = $(install) --require-hashes -r requirements/ci.txt && \
  $(install) --no-deps --no-build-isolation -e .
users = $(dev)
else
users = $(install) -e '.[search]' || \
  { echo 'the indexer of the search cannot be had; going on without'; $(install) -e .; }
dev = $(install) -e '.[dev]'
endif

# The stamps are in the environment, so that they go where it goes.
$(VENV)/.carrel: pyproject.toml $(python)
	@echo 'installing Carrel into $(VENV)'
	@$(users)
	@touch $@

$(VENV)/.dev: pyproject.toml $(python)
	@echo 'installing Carrel and the test tools into $(VENV)'
	@$(dev)
	@touch $@ $(VENV)/.carrel
