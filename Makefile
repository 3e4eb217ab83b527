# Everything that people do here. `make` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
SQLC    := go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1
GOTEST  := go run gotest.tools/gotestsum@v1.13.0
# One way to build for all that builds, tests and looks through: what one of them has compiled, the next finds.
export CGO_ENABLED := 0
export GOFLAGS     := $(GOFLAGS) -trimpath

CHROME  := /usr/bin/chromium
SCREENS := /usr/bin/chromium-headless-shell
REDIS   := /usr/bin/redis-server
PROXIES := /usr/sbin/nginx /usr/sbin/haproxy
PG      := internal/base/pgembed
# Another implementation of the same work to measure beside, where it lies and its packages are installed.
BASELINE := $(wildcard ../shared/seed-django)

help: ## list what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: build ## install, build, and serve a living demo institution on http://localhost:8080
	exec bin/stoa serve --demo full

build: bin/stoa ## one file, bin/stoa, with PostgreSQL and the front end inside

bin/stoa: $(PG)/bundle/postgres.tar.zst web/dist/index.html $(shell find cmd internal migrations web/embed.go web/languages -name '*.go' -o -name '*.sql' -o -name '*.html' -o -path '*demo/*' -type f -o -path '*languages/*.json' 2>/dev/null) go.mod
	go build -ldflags "-s -w -X stoa/internal/app.Version=$(VERSION)" -o $@ ./cmd/stoa

$(PG)/bundle/postgres.tar.zst: $(PG)/binaries/node_modules/.installed $(PG)/pack/main.go
	go run ./$(PG)/pack
	touch $@

web/dist/index.html: web/node_modules/.installed $(shell find web/src web/public web/languages web/index.html web/vite.config.ts web/pack -type f 2>/dev/null)
	find web/dist -mindepth 1 ! -name README.md -delete
	cd web && npx vite build
	go run ./web/pack

# The lock file decides what is installed; scripts of packages never run (.npmrc).
%/node_modules/.installed: %/package-lock.json
	cd $* && npm ci --prefer-offline --no-audit --no-fund
	touch $@

$(CHROME) $(SCREENS):
	apt-get update -q && apt-get install -y -q --no-install-recommends $(notdir $@)

test: build test-go test-web test-static test-e2e ## run every test, Chromium included

$(REDIS):
	apt-get update -q && apt-get install -y -q --no-install-recommends redis-server

# Tests start them; the system need not.
$(PROXIES) &:
	apt-get update -q && SYSTEMD_OFFLINE=1 RUNLEVEL=1 apt-get install -y -q --no-install-recommends nginx haproxy
	SYSTEMD_OFFLINE=1 systemctl --quiet disable nginx haproxy || true

test-go: $(PG)/bundle/postgres.tar.zst web/dist/index.html $(REDIS) $(PROXIES)
	go vet ./...
	mkdir -p bin
	passed=true; $(GOTEST) --format pkgname --jsonfile bin/test.json -- -vet=off -timeout 30m ./... || passed=false; \
		echo "The slowest tests:"; $(GOTEST) tool slowest --num 20 --jsonfile bin/test.json; $$passed

test-web: web/node_modules/.installed web/dist/index.html
	cd web && npx openapi-typescript ../api/openapi.json -o /tmp/stoa-schema.d.ts >/dev/null && diff -q /tmp/stoa-schema.d.ts src/api/schema.d.ts
	cd web && npx tsc --noEmit && npx biome check . && npx vitest run

test-static: $(PG)/bundle/postgres.tar.zst web/dist/index.html
	security/check

bin/provider: e2e/provider/main.go internal/base/oidctest/oidctest.go go.mod
	go build -o $@ ./e2e/provider

test-e2e: bin/stoa bin/provider e2e/node_modules/.installed web/node_modules/.installed $(SCREENS)
	cd e2e && npx tsc --noEmit && npx playwright test

check: web/node_modules/.installed $(PG)/bundle/postgres.tar.zst web/dist/index.html ## format, vet, architecture, generated files, scanners
	test -z "$$(gofmt -l cmd internal migrations web/embed.go web/languages bench)"
	go vet ./...
	go test ./internal/ ./internal/app -run 'Test(Imports|SQL|TheRaw|OnlyOne|Queries|Golden)'
	cd web && npx biome check . && npx tsc --noEmit
	security/check

gen: web/node_modules/.installed ## regenerate queries, contract, types, schema page, tables in docs
	$(SQLC) generate
	gofmt -w internal
	go test ./internal/app -run TestGolden -update -count=1
	cd web && npx openapi-typescript ../api/openapi.json -o src/api/schema.d.ts

module: web/node_modules/.installed ## make module NAME=clubs NOUN=club: a new module that works, with a list, a form and its tests
	go run ./cmd/newmodule "$(NAME)" "$(NOUN)"
	$(MAKE) gen
	cd web && npx biome check --write "src/features/$(NAME)" src/routes && npx vitest run "src/features/$(NAME)"

dev: $(PG)/bundle/postgres.tar.zst web/node_modules/.installed ## the server on :8080 and the front end with hot reload on :5173
	trap 'kill 0' EXIT; go run ./cmd/stoa serve --demo small --data ./data/dev & cd web && npx vite

race: $(PG)/bundle/postgres.tar.zst web/dist/index.html ## the tests of concurrency under the race detector
	CGO_ENABLED=1 go test -race ./internal/base/db ./internal/app ./internal/identity

fuzz: $(PG)/bundle/postgres.tar.zst web/dist/index.html ## every parser for two minutes, measured; hostile texts in all pairs; and a million mutated requests
	STOA_FUZZ=1 go test ./internal/base/markdown -run TestNoTextCostsMuch -timeout 2h -count=1 -v
	for f in base/markdown:FuzzRender base/picture:FuzzSquare base/httpapi:FuzzDecodeCursor identity:FuzzAccessToken identity:FuzzRefreshToken identity:FuzzPasswordHash courses:FuzzFilmKind base/httpapi:FuzzForwarded; do \
		go test ./internal/$${f%%:*} -run '^$$' -fuzz "^$${f##*:}\$$" -fuzztime 2m; done
	STOA_FUZZ=17000 go test ./internal/app -run TestNoRequestBreaksTheServer -timeout 3h -v

soak: $(PG)/bundle/postgres.tar.zst web/dist/index.html ## the long tests: 100,000 rounds of renewal over two processes, revocation, timing, 10,000 guesses at one account, every extreme body at every operation, a million histories of thieves, and 20,000 questions to the engines of the directory
	STOA_SOAK=1 go test ./internal/identity -run 'TestParallelRefreshes|TestTimingTells|TestRevocationIsHeardWithin|TestGuessingAnAccount' -timeout 3h -count=1 -v
	STOA_SOAK=1 go test ./internal/app -run TestExtremeBodies -timeout 3h -count=1 -v
	STOA_QUESTIONS=20000 go test ./internal/directory -run TestEngines -timeout 3h -count=1 -v
	go test ./internal/identity -run 'Tabs|Thie' -rapid.checks=1000000 -timeout 3h -count=1 -v

bench: build ## measure start, memory and requests side by side with others; writes docs/speed.md and bench/report.md
	BASELINE=$(BASELINE) go run ./bench

bench-web: build e2e/node_modules/.installed $(CHROME) ## measure screens in Chromium as a slow phone feels them; writes bench/web.md
	go run ./bench web

clean: ## remove what was built; data stays
	rm -rf bin web/node_modules e2e/node_modules $(PG)/binaries/node_modules $(PG)/bundle/*.zst
	find web/dist -mindepth 1 ! -name README.md -delete

.PHONY: help run build test test-go test-web test-static test-e2e check gen module dev race fuzz soak bench bench-web clean
