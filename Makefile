# The few commands of this repository. `make` alone lists them.

N ?= 100
SECONDS ?= 60
TARGET := $(or $(CARGO_TARGET_DIR),target)
# Where tests keep their data: in memory if there are 4 GB of it, since a shared disk takes up to 100 ms for each of their many
# commits. What needs a disk that is full or fails makes one itself.
SCRATCH := $(shell [ -w /dev/shm ] && [ "$$(df -Pk /dev/shm | awk 'NR == 2 { print $$4 }')" -gt 4000000 ] \
  && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
NPM_CI := npm ci --no-audit --no-fund --loglevel=error
CLIENT := web-client/dist/index.html

.DEFAULT_GOAL := help
.PHONY: help run client setup test check fmt deb loadtest bench fuzz

help: ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
	|| grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST)

run: $(CLIENT) ## Build server and web client, serve on http://localhost:8080 (data in ./data; flags in ARGS=)
	cargo run --release --locked -- serve $(ARGS)

client: $(CLIENT) ## Build the web client

# The integration tests wait for real deadlines most of the time: more of them than cores run at once.
test: setup $(CLIENT) tests/browser/node_modules/.package-lock.json ## Install what the tests need and run everything
	@status=0; export TMPDIR="$(SCRATCH)"; \
	RUST_TEST_THREADS=8 cargo test --workspace --locked --no-fail-fast || status=1; \
	CLASSROOM_TEST_ENGINE=postgres RUST_TEST_THREADS=8 cargo test -p live-classroom --lib --locked -- store:: office:: || status=1; \
	(cd web-client && npm test) || status=1; \
	(cd tests/browser && LIVE_CLASSROOM=$(abspath $(TARGET))/debug/live-classroom npm test) || status=1; \
	exit $$status

# In the CI, `make test` follows, which runs the fast tests, too.
check: web-client/node_modules/.package-lock.json ## Formatting, lints, documentation and the fast tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --workspace --no-deps --document-private-items --locked
	cd web-client && npm run check
	$(if $(CI),,cargo test --workspace --lib --locked)
	$(if $(CI),,cd web-client && npm test)

fmt: web-client/node_modules/.package-lock.json ## Format Rust and TypeScript
	cargo fmt --all
	cd web-client && npm run format

deb: $(CLIENT) ## Build the Debian package into target/debian (see docs/operating.md)
	cargo build --release --locked
	packaging/deb $(TARGET)/release/live-classroom $(TARGET)/debian

loadtest: $(CLIENT) ## Simulate a class of N=100 and report loss, latency and CPU (more flags in ARGS=)
	cargo build --release --workspace --locked
	$(TARGET)/release/loadtest --server $(TARGET)/release/live-classroom --trainees $(N) $(ARGS)

bench: $(CLIENT) ## The media path: one WHIP publisher to 100 and to 200 WHEP viewers, as tables and JSON in target/bench-*.json
	cargo build --release --workspace --locked
	for viewers in 100 200; do \
	  $(TARGET)/release/loadtest --server $(TARGET)/release/live-classroom --whip-whep --trainees $$viewers \
	    --join-within 4 --seconds 20 --json $(TARGET)/bench-$$viewers.json || exit 1; \
	done

fuzz: ## Feed every parser with hostile bytes for SECONDS=60 each (needs cargo-fuzz: cargo install cargo-fuzz)
	for target in stun rtp sdp codec signalling; do \
	  mkdir -p tests/fuzz/corpus/$$target; \
	  RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir tests/fuzz -s none $$target tests/fuzz/corpus/$$target \
	    $$(ls -d tests/fuzz/seeds/$$target 2>/dev/null) -- -max_total_time=$(SECONDS) -timeout=2 || exit 1; \
	done

setup: ## Install Chromium, fonts, ffmpeg and sqlite3 for the tests (Debian; as root or with sudo)
	scripts/setup

$(CLIENT): web-client/node_modules/.package-lock.json $(shell find web-client -not -path '*/node_modules*' -not -path '*/dist*' -type f 2>/dev/null)
	cd web-client && npm run build

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && $(NPM_CI)
