# A fresh clone needs Python 3.11, 3.12 or 3.13, make and git; each target sets up what it needs in .venv.
#
#   make demo       extract buildings from a drawn town; see demo/preview.png
#   make test       the whole test suite          (make test ARGS="-k georeference")
#   make test-qgis  its part in a real QGIS, of make test too where one is; test-qgis-lts: in QGIS 3.40, in a chroot
#   make plugin     the QGIS plugin's zip, with geounet's wheel in it → dist/
#   make lint       ruff and mypy
#   make bench      every figure as a ratio, in about an hour → benchmarks/results.md  (ARGS=--quick: minutes)
#   make clean      remove what these have made
#
# PYTHON=/path/to/python3.12 chooses the Python. uv is used where it is installed.

VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif

ifeq ($(origin PYTHON),undefined)
PYTHONS := python3 python3.13 python3.12 python3.11 python
else
PYTHONS := "$(PYTHON)"
endif

# The real scenes that tests read, where they lie beside the checkout. (GEOUNET_REQUIRE reaches pytest as it is.)
ifneq ($(wildcard ../shared/data/validation),)
export GEOUNET_DATA ?= $(CURDIR)/../shared/data
endif

TEST_QGIS := GEOUNET_PYTHON="$(CURDIR)/$(BIN)/python" bash tests/qgis/run

.PHONY: help demo test test-qgis test-qgis-lts plugin lint bench clean

help:
	@sed -n '3,9s/^# *//p' Makefile

demo: $(VENV)/installed
	"$(BIN)/python" -m geounet demo --overwrite --out demo

test: $(VENV)/installed-dev
	"$(BIN)/python" -m pytest $(ARGS)
	$(TEST_QGIS) $(ARGS)

test-qgis: $(VENV)/installed-dev
	$(TEST_QGIS) $(ARGS)

# Root, Linux and the network; LTS_ROOT=folder says where its 3 GB go.
test-qgis-lts: $(VENV)/installed-dev
	GEOUNET_PYTHON="$(CURDIR)/$(BIN)/python" bash tests/qgis/lts $(ARGS)

plugin:
	@for python in "$(BIN)/python" $(PYTHONS); do \
	    if "$$python" -c '$(SUITS)' 2>/dev/null; then exec "$$python" qgis_plugin/build.py --wheel; fi; \
	done; \
	echo "found no Python 3.11, 3.12 or 3.13; name one: make plugin PYTHON=/path/to/python3.12" >&2; exit 1

lint: $(VENV)/installed-dev
	"$(BIN)/python" -m ruff check .
	"$(BIN)/python" -m ruff format --check .
	"$(BIN)/python" -m mypy

bench: $(VENV)/installed-dev
	"$(BIN)/python" -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .venv-qgis demo build dist

# What demo needs is part of what test needs: installing the latter brings the former up to date too.
$(VENV)/installed: pyproject.toml requirements/constraints.txt
	@$(call install,.)
	@touch $@

$(VENV)/installed-dev: pyproject.toml requirements/constraints.txt
	@$(call install,.[dev])
	@touch $(VENV)/installed $@

SUITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

# Makes .venv and installs this checkout into it, with the versions that were tested.
define install
	set -e; found=; \
	for python in $(PYTHONS); do \
	    if "$$python" -c '$(SUITS)' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    for python in $(PYTHONS); do \
	        echo "found $$python: $$("$$python" --version 2>&1 || true)" >&2; \
	    done; \
	    echo "geounet needs Python 3.11, 3.12 or 3.13; install one and name it: make PYTHON=/path/to/python3.12" >&2; \
	    exit 1; \
	fi; \
	if command -v uv >/dev/null 2>&1; then \
	    echo "installing into $(VENV) with uv and $$found"; \
	    uv venv --quiet --allow-existing --python "$$found" $(VENV); \
	    uv pip install --quiet --python "$(BIN)/python" --constraint requirements/constraints.txt \
	        $${PIP_FIND_LINKS:+--find-links "$$PIP_FIND_LINKS"} --editable '$(1)'; \
	else \
	    echo "installing into $(VENV) with pip and $$found (minutes, the first time)"; \
	    "$$found" -m venv $(VENV); \
	    "$(BIN)/python" -m pip install --quiet --disable-pip-version-check --constraint requirements/constraints.txt \
	        --editable '$(1)'; \
	fi
endef
