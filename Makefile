# Every target is a small script of scripts/, which can also be run by itself.
# Each step is skipped when it is already done, and fails with one sentence that says what to do.

.DEFAULT_GOAL := help
.PHONY: help demo setup build format test bench eval verify clean

help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup build ## Sets everything up, builds, and serves the site on 127.0.0.1 (PORT=8080)
	@scripts/demo.sh

setup: ## Finds or installs what the build and the tests need
	@scripts/setup/rust-wasm.sh
	@scripts/setup/wasm-bindgen.sh
	@scripts/setup/npm.sh
	@scripts/setup/model.sh
	@scripts/setup/samples.sh

build: setup ## Builds the wasm modules, the npm package, the site and the quantized model (PROFILE=quick: fast, unoptimized)
	@scripts/build-wasm.sh
	@scripts/build-js.sh
	@scripts/sizes.sh

test: setup build ## Runs every check and test, as CI does
	@scripts/setup/chromium.sh
	@scripts/setup/stores.sh
	@scripts/setup/language-model.sh
	@scripts/setup/files.sh
	@scripts/test.sh

format: setup ## Formats all sources as the tests expect them
	@cargo fmt
	@scripts/prettier.sh --write

bench: setup build ## Runs the benchmarks beside their peers (ONLY=embed-batch,scan-5183 RUNS=9)
	@scripts/setup/chromium.sh
	@scripts/bench.sh

eval: setup build ## Measures retrieval on the sets beside the checkout and writes docs/quality.md
	@node scripts/eval.mjs

verify: setup build ## Repeats the figures of docs/verify.md (ISSUE=spine) and holds them against their bars
	@scripts/setup/chromium.sh
	@scripts/setup/language-model.sh
	@scripts/setup/files.sh
	@scripts/setup/peers.sh
	@node scripts/verify.mjs "$(ISSUE)"

clean: ## Removes what was built; what was fetched stays in the cache folder
	@rm -rf target pkg/wasm pkg/dist www/dist www/samples tests/browser/out
