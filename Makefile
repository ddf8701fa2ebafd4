# Both demo and test work on a machine with nothing but Go, git and make.

GO      ?= go
BIN     := bin/runner
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The race detector needs a C compiler; where there is none, tests run without.
RACE    := $(shell command -v cc >/dev/null 2>&1 && echo -race)

.PHONY: build demo test torture lint generate bench fuzz clean

# Without cgo: one static file that starts faster; host names are then looked up
# by Go itself, from hosts and resolv.conf.
build:
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $(BIN) ./cmd/runner

# Plans the offboarding runbook, then does what was planned, against the emulator.
DEMO := plan scripts/offboard.lua --leaver ada@example.com --heir lin@example.com --emulate --out bin/ada.plan
demo: build
	@echo '$$ runner $(DEMO)'
	@RUNNER_STATE_DIR=$(CURDIR)/bin/state $(BIN) $(DEMO)
	@echo
	@echo '$$ runner apply bin/ada.plan'
	@RUNNER_STATE_DIR=$(CURDIR)/bin/state $(BIN) apply bin/ada.plan

# No threads of ours meet in the tests that start the command itself, or call one
# operation after the other. They take most of the time.
ALONE := ./internal/conformance ./internal/survival ./scripts ./lua/stdlib
test:
	$(GO) test $(RACE) $$($(GO) list ./... | grep -vxF "$$($(GO) list $(ALONE))")
	$(GO) test -timeout 14m $(ALONE)

# Crashes all runbooks at every moment of every call, and kills ten thousand
# processes; the tests take a sample of both.
torture:
	RUNNER_TORTURE_POINTS=0 $(GO) test -count 1 -timeout 3h -run 'TestTorture$$' -v ./scripts
	$(GO) test -count 1 -timeout 3h -v ./internal/survival -kills 10000 -faults 5000

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# Reference pages, from the values that the program itself uses.
generate: build
	@$(BIN) docs --markdown docs/reference
	@$(BIN) docs --types lua/types

bench:
	$(GO) test -run '^$$' -bench . -benchtime 5s ./bench

fuzz:
	$(GO) test -run '^$$' -fuzz FuzzRead -fuzztime 30s ./internal/journal
	$(GO) test -run '^$$' -fuzz FuzzReopen -fuzztime 30s ./internal/journal
	$(GO) test -run '^$$' -fuzz FuzzDecode -fuzztime 30s ./internal/journal
	$(GO) test -run '^$$' -fuzz FuzzAppendSnake -fuzztime 30s ./internal/op
	$(GO) test -run '^$$' -fuzz FuzzRetryAfter -fuzztime 30s ./internal/rest
	$(GO) test -run '^$$' -fuzz FuzzLimits -fuzztime 30s ./internal/rest
	$(GO) test -run '^$$' -fuzz FuzzHistory -fuzztime 30s -fuzzminimizetime 10x ./internal/engine

clean:
	rm -rf bin
