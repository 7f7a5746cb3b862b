# Every command of the newsroom; `make` alone lists them.
# GNU make 3.81 suffices. All paths are relative: the checkout may lie anywhere, and may be moved.

.DEFAULT_GOAL := help

# What sets .venv up; afterwards only .venv is used. `make html PYTHON=python3.13` chooses another.
PYTHON = python3
RUN = .venv/bin/python

# A build depends on the checkout and on nothing that the shell happens to carry.
export PYTHONUTF8 = 1
export PYTHONTZPATH =
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONOPTIMIZE PYTHONPATH PYTHONSAFEPATH PYTHONWARNINGS
export HYPOTHESIS_STORAGE_DIRECTORY = .cache/hypothesis

# A headline reaches the program as it was typed: make itself would read its dollar signs.
ifdef TITLE
override TITLE := $(value TITLE)
export TITLE
endif
ifdef SECTION
override SECTION := $(value SECTION)
export SECTION
endif

##@ Write

.PHONY: new
new: setup-build  ## Start a story: make new TITLE="What happened" SECTION=arms
	@$(RUN) -m plugins.story.new

.PHONY: check
check: setup-build  ## Read all of content/ and say what is wrong (FIELDS=1: front matter alone)
	@$(RUN) -m plugins.site.check $(if $(FIELDS),--fields)

.PHONY: dev
dev: setup-build  ## Show the site with drafts, built anew on every change (PORT=8001)
	@$(RUN) -m plugins.build.dev

##@ Publish

.PHONY: html
html: setup-build  ## Build the whole site into output/, ready for a host (NOW=, JOBS=)
	@$(RUN) -I -S plugins/build/door.py --settings pelicanconf.py --fatal=warnings

.PHONY: serve
serve: setup-build  ## Show output/ on this machine as a host would (PORT=8000)
	@$(RUN) -m pelican --listen --output output --port "$${PORT:-8000}"

.PHONY: publish
publish: setup-build  ## Build what `html` does, and what a publication adds
	@$(RUN) -I -S plugins/build/door.py --settings publishconf.py --fatal=warnings

##@ Change the newsroom itself

.PHONY: test
test: setup-test  ## Run the tests (ALL=1: the slow ones too, ARGS="tests/build -k feed")
	@if [ "$$CI" = true ]; then $(RUN) setup/debian.py; fi
	@$(RUN) -m pytest -n 2 --dist worksteal $(if $(ALL),,-m "not slow") $(ARGS)

.PHONY: lint
lint: setup-test  ## Read the code: ruff and mypy
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@$(RUN) -m mypy

.PHONY: bench
bench: setup-build  ## Time builds beside stock Pelican and Hugo (N=10000, ONLY="ours cold", REPEAT=3, PLOT=1)
	@$(RUN) -m tests.benchmarks $(if $(N),--count "$(N)") $(if $(ONLY),--only "$(ONLY)") \
		$(if $(REPEAT),--repeat "$(REPEAT)") $(if $(PLOT),--plot)

.PHONY: screenshots
screenshots: setup-test  ## Take the pictures in docs/ anew
	@$(RUN) -m tests.screenshots

.PHONY: lock
lock: setup-test  ## Make setup/*.lock anew from setup/*.in (UPGRADE=1: newest versions)
	@$(RUN) setup/lock.py $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean:  ## Empty output/, remove the preview and all caches
	@[ ! -d output ] || find output -mindepth 1 ! -path output/.gitignore -delete
	@rm -rf preview .cache .output-workshop .preview-workshop
	@find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help:
	@if [ -t 1 ] && [ -z "$$NO_COLOR" ]; then bold='\033[1m'; plain='\033[0m'; fi; awk -F ':.*## *' \
		-v bold="$$bold" -v plain="$$plain" \
		'/^##@/ { printf "\n%s%s%s\n", bold, substr($$0, 5), plain } \
		/^[a-z]+:.*##/ { printf "  make %-12s %s\n", $$1, $$2 } \
		END { print "" }' Makefile

# Done in a moment, without the network, when there is nothing to do.
.PHONY: setup-build setup-test
setup-build:
	@$(RUN) -I -S setup/venv.py --ready build 2>/dev/null || $(PYTHON) -I setup/venv.py build
setup-test:
	@$(RUN) -I -S setup/venv.py --ready build test 2>/dev/null || $(PYTHON) -I setup/venv.py build test
