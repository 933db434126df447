# Every target does whatever set-up is missing; a second run skips what is done.
SHELL := /bin/bash
.DEFAULT_GOAL := build
STAMPS := .stamps
SOURCES := $(shell find packages -path '*/node_modules' -prune -o -path '*/dist' -prune -o -path '*/build' -prune -o \( -path '*/src/*.ts' -o -name tsconfig.json \) -print 2>/dev/null)
PAGE := $(shell find packages/studio/src -type f 2>/dev/null)
NATIVE := $(wildcard packages/*/native/* packages/*/native/prebuilt/* packages/torch/scripts/* packages/*/scripts/build.mjs packages/files/scripts/compile-addon.mjs)
DATA ?=
OUT ?= demo
# ImageNet weights for the real-image demo, where they are at hand; without them it starts at random and says so.
WEIGHTS ?= $(firstword $(wildcard ../shared/weights/efficientnet-lite0/*.npz))

.PHONY: accuracy bench browser build clean cluster-simulation cluster-test cluster-test-ranks cluster-test-redis cluster-test-slurm cluster-test-wrappers cluster-unit-costs convert-peers corpus demo dicom-jpeg-2000 dicom-results dicom-truth dicomweb digests fuzz int8-accuracy jpeg-ls kills libtorch lint python-peers recipes recomputation scanners shells test test-all test-install unit-kills

$(STAMPS)/node:
	@command -v node >/dev/null || { echo "ftuseg needs Node.js 20.19 or newer: install it from nodejs.org or your system's packages."; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); if (a < 20 || (a === 20 && b < 19)) { console.error(`ftuseg needs Node.js 20.19 or newer; this is $${process.version}.`); process.exit(1); }'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/npm: package-lock.json package.json .npmrc | $(STAMPS)/node
	ONNXRUNTIME_NODE_INSTALL=skip npm ci --no-audit --no-fund --loglevel=error
	@touch $@

define OTHER_ADDONS
node packages/files/scripts/build.mjs
node packages/slide/scripts/build.mjs
node packages/cli/scripts/build.mjs
endef

# Training needs libtorch; everything else works without it, so a machine that cannot have it still builds.
$(STAMPS)/native: $(NATIVE) $(STAMPS)/npm
	@node packages/torch/scripts/install-libtorch.mjs || echo "Going on without libtorch: training will not be available."
	node packages/torch/scripts/build.mjs --optional
	$(OTHER_ADDONS)
	@touch $@

# The decoders of a page, as modules that carry their WebAssembly.
$(STAMPS)/wasm: packages/slide/scripts/embed-codecs.mjs $(STAMPS)/npm
	node packages/slide/scripts/embed-codecs.mjs
	@touch $@

$(STAMPS)/dist: $(SOURCES) tsconfig.base.json packages/cli/scripts/bundle.mjs $(STAMPS)/npm $(STAMPS)/wasm
	node_modules/.bin/tsc -b $(wildcard packages/*/tsconfig.json)
	node packages/cli/scripts/bundle.mjs
	@touch $@

# The studio's page, as static files.
$(STAMPS)/page: $(PAGE) packages/studio/vite.config.ts $(STAMPS)/dist
	node_modules/.bin/vite build --config packages/studio/vite.config.ts --logLevel warn
	@touch $@

# The page that works without a server, which a package of its own carries.
$(STAMPS)/static: $(PAGE) packages/studio/vite.static.config.ts $(STAMPS)/dist
	node_modules/.bin/vite build --config packages/studio/vite.static.config.ts --logLevel warn
	@touch $@

build: $(STAMPS)/native $(STAMPS)/dist $(STAMPS)/page $(STAMPS)/static

libtorch: $(STAMPS)/npm
	node packages/torch/scripts/install-libtorch.mjs
	node packages/torch/scripts/build.mjs
	$(OTHER_ADDONS)
	@touch $(STAMPS)/native

lint: build
	node_modules/.bin/biome check .
	node_modules/.bin/tsc -p tsconfig.tests.json
	node_modules/.bin/tsc -p packages/studio/src/page/tsconfig.json
	node_modules/.bin/tsc -p packages/slide/tests/page/tsconfig.json

# What is installed from Debian is installed one after another, while the other processor compiles.
browser: | $(STAMPS)/native
recomputation: | browser
shells: | recomputation

# Pages are tested in a browser; without one these tests are skipped. The shell is Chromium without the windows around a page, and starts in half the time.
browser:
	@have() { command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null; }; \
	have || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null; }; \
	have || { [ "$$(id -u)" = 0 ] && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; }; \
	have || echo "Tests of pages are skipped: sudo apt-get install chromium-headless-shell (or chromium)"

# The published training is recomputed in Python; without these two that test is skipped.
recomputation:
	@have() { /usr/bin/python3 -c 'import numpy, cv2' 2>/dev/null; }; \
	have || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-numpy python3-opencv >/dev/null; }; \
	have || echo "The recomputation of the published training is skipped: sudo apt-get install python3-numpy python3-opencv"

# Completion is tested in the shells that are there.
shells:
	@have() { command -v zsh >/dev/null && command -v fish >/dev/null; }; \
	have || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends zsh fish >/dev/null; }; \
	have || echo "Completion in zsh and fish is tested only where they are: sudo apt-get install zsh fish"

test:
	@$(MAKE) --no-print-directory --jobs=2 lint browser recomputation shells
	node_modules/.bin/vitest run

# With the tests that repeat at length what shorter ones show (tests/long.ts): kills at more moments, every recipe, thousands of mutations.
test-all: lint browser recomputation shells
	FTUSEG_TESTS=all node_modules/.bin/vitest run

# One package's tests alone: make test-core, make test-infer, ...
PACKAGE_TESTS := $(patsubst packages/%/package.json,test-%,$(wildcard packages/*/package.json))
.PHONY: $(PACKAGE_TESTS)
$(PACKAGE_TESTS): test-%: build
	node_modules/.bin/vitest run packages/$*/

# Every recipe to its submission or report, on few slides with the real geometry; `make test` runs one of the competition and one of the others.
recipes: build
	FTUSEG_TESTS=all node_modules/.bin/vitest run tests/hubmap.test.ts tests/scale.test.ts tests/shipped-recipes.test.ts

# Packages as users install them: every supported Node, with and without a compiler, root and not, and in a page.
test-install: build browser
	node_modules/.bin/vitest run --config tests/install/vitest.config.ts

# `make demo` makes its own slides; `make demo DATA=FOLDER` takes a folder with a slides.csv that has a `centre` column.
demo: build
	node packages/cli/bin/ftu.js demo --out $(OUT) $(if $(DATA),--data $(DATA) $(if $(WEIGHTS),--encoder-weights $(WEIGHTS)))

# The peers that the benchmarks compare with.
PEERS := python3-torch python3-torchvision python3-opencv python3-openslide python3-scipy python3-tifffile libvips-tools
python-peers:
	@{ /usr/bin/python3 -c 'import torch, torchvision, cv2, openslide, scipy, tifffile' 2>/dev/null && command -v vips >/dev/null; } || \
	{ if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PEERS) >/dev/null; \
	  else echo "Some peers are skipped: sudo apt-get install $(PEERS)"; fi; }

# `make bench ONLY=read,tiles OUT=bench.md` chooses, and keeps what was printed; SMALL=1 only looks whether each still runs.
bench: build python-peers
	node scripts/bench.mjs $(if $(SMALL),--small) $(if $(ONLY),--only $(ONLY)) $(if $(filter-out demo,$(OUT)),--out $(OUT))

# Networks on hospitals that they were not trained on: hours, resumable. `make accuracy ROWS=ours,strong HOSPITALS=centre-2 SEEDS=1` chooses;
# WINDOWS, MICROMETRES and TILE are of a training, and want folders of their own: ACCURACY=work RESULTS=counts. DRAWN=starter-slides adds the rows that train
# on drawn slides too.
ACCURACY ?= accuracy
SHARED ?= ../shared
accuracy: build python-peers
	node packages/experiment/accuracy/accuracy.mjs --data $(SHARED)/data --weights $(SHARED)/weights --out $(ACCURACY) \
	  $(if $(RESULTS),--results $(RESULTS)) $(if $(ROWS),--rows $(ROWS)) $(if $(HOSPITALS),--hospitals $(HOSPITALS)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(SHARE),--share $(SHARE)) $(if $(THREADS),--threads $(THREADS)) \
	  $(if $(WINDOWS),--windows $(WINDOWS)) $(if $(MICROMETRES),--micrometres $(MICROMETRES)) $(if $(TILE),--tile $(TILE)) $(if $(PARTS),--parts $(PARTS)) \
	  $(if $(DRAWN),--drawn $(DRAWN))

# What 8 bits cost a trained network, for each way of choosing ranges and each part that could stay in float: `make int8-accuracy MODEL=model.onnx CALIBRATE=a.csv TEST=b.csv`.
int8-accuracy: build
	node packages/infer/accuracy/int8.mjs $(MODEL) $(CALIBRATE) $(TEST)

# Mutated inputs for every reader: slides, labels, tables, models, recipes. `make fuzz N=1000000` counts, `FOR=600` is seconds, TARGET=rle,recipe picks.
fuzz: build
	node tests/fuzz/fuzz.mjs $(if $(N),--count $(N),--seconds $(or $(FOR),60)) --seed $(or $(SEED),$(shell date +%s)) $(if $(TARGET),--target $(TARGET))

# Slides of every format converted into every format that is written, compared with their sources and with four other readers; SLIDES adds some.
convert-peers: build
	node packages/slide/corpus/convert.mjs $(SLIDES)

# DICOM results of a prediction against its other files, by pydicom, tifffile, dcmtk and dicom3tools.
dicom-results:
	@test -n "$(PREDICTIONS)" -a -n "$(ID)" -a -n "$(SLIDE)" || { echo "make dicom-results PREDICTIONS=FOLDER ID=ID SLIDE=FOLDER: predictions with DICOM outputs, and a slide of them"; exit 2; }
	/usr/bin/python3 packages/slide/corpus/dicom_results.py "$(PREDICTIONS)" "$(ID)" "$(SLIDE)"

# Every picture and label file below a folder, compared with GDAL, OpenSlide and Pillow where they are installed.
corpus: build
	@test -n "$(DIR)" || { echo "make corpus DIR=FOLDER [REPORT=report.json]: a folder with pictures"; exit 2; }
	node packages/slide/corpus/corpus.mjs "$(DIR)" $(if $(REPORT),--out "$(REPORT)")

# Slides of every scanner's format by the tests' writers, compared with OpenSlide, tifffile, Pillow, python3-zarr and pydicom.
scanners: build
	@failed=0; \
	run() { echo "$$1"; node packages/slide/corpus/"$$@" || { echo "$$1 failed"; failed=1; }; }; \
	run scanners.mjs $(wildcard $(SHARED)/data/slides/pathml/small_HE.svs); \
	run mirax.mjs; run openslide.mjs; run zarr.mjs; run mirax-damage.mjs; \
	run dicom-properties.mjs $(wildcard $(SHARED)/data/slides/pathml/small_dicom.dcm $(SHARED)/data/slides/openslide-python/boxes_0.dcm); \
	exit $$failed

# JPEG-LS in DICOM, compared with dcmtk and pydicom.
jpeg-ls: build
	node packages/slide/corpus/jpeg-ls.mjs

# Aperio slides of JPEG 2000 converted to DICOM, against OpenSlide, OpenJPEG, dcmtk and dicom3tools: `make dicom-jpeg-2000`.
dicom-jpeg-2000: build
	node packages/slide/corpus/dicom-jpeg-2000.mjs

# DICOM segmentations, annotations and reports that pydicom has written, read as truth: `make dicom-truth` (needs python3-pydicom).
dicom-truth: build
	node packages/slide/corpus/dicom-truth.mjs

# Slides on a DICOMweb server, compared with the same slides as files: `make dicomweb ADDRESS=http://127.0.0.1:8042/dicom-web`. The server keeps them.
dicomweb: build
	@test -n "$(ADDRESS)" || { echo "make dicomweb ADDRESS=https://HOST/dicom-web [FOLDERS=...]: a server that may be written to"; exit 2; }
	node packages/slide/corpus/dicomweb.mjs "$(ADDRESS)" $(FOLDERS)

# `make unit-kills N=100 SEED=7` does the same to units of a recipe.
unit-kills: build
	node packages/cli/scripts/unit-kills.mjs --kills $(or $(N),100) --seed $(or $(SEED),1)

# `make kills N=1000 SEED=7` stops every command at random moments and compares what comes out; ONLY=predict,train picks.
kills: build
	node packages/cli/scripts/kills.mjs --kills $(or $(N),1000) --seed $(or $(SEED),1) $(if $(ONLY),--only $(ONLY))

# The same bytes before and after a change: `make digests KEEP=before.json`, then `make digests AGAINST=before.json`.
digests: build
	node packages/cli/scripts/digests.mjs $(if $(KEEP),--keep "$(KEEP)") $(if $(AGAINST),--against "$(AGAINST)") $(if $(ONLY),--only $(ONLY))

# Trainings in several processes: killed, stopped, cut off, resumed, on two hosts made of network namespaces (as root). `ONLY=faults,resume` chooses.
cluster-test: cluster-test-ranks cluster-test-slurm cluster-test-redis cluster-test-wrappers
cluster-test-ranks: build python-peers
	node tests/cluster/ranks.mjs $(if $(ONLY),--only $(ONLY))
cluster-test-slurm: build
	node tests/cluster/slurm.mjs $(if $(ONLY),--only $(ONLY))
cluster-test-redis: build
	node tests/cluster/redis.mjs $(if $(ONLY),--only $(ONLY))
cluster-unit-costs: build
	node tests/cluster/unit-costs.mjs $(if $(ROWS),--rows $(ROWS))
cluster-test-wrappers: build
	node tests/cluster/wrappers.mjs

# What saturates first: `make cluster-simulation SLIDES=100000 MACHINES=200 SECONDS=60`.
cluster-simulation:
	node tests/cluster/simulate.mjs $(if $(SLIDES),--slides $(SLIDES)) $(if $(MACHINES),--machines $(MACHINES)) $(if $(SECONDS),--seconds $(SECONDS))

include docs/docs.mk

clean:
	rm -rf node_modules packages/*/dist packages/*/build packages/*/prebuilds packages/*/*.tsbuildinfo packages/slide/wasm/*.js packages/slide/wasm/Apache-2.0.txt *.tsbuildinfo $(STAMPS) demo
