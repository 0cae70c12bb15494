# make run: a demo district. make test: every test, with what it needs.
GO      ?= go
ADDR    ?= 127.0.0.1:8080
DEMO    ?= .cache/demo
TEMPL    = $(GO) run github.com/a-h/templ/cmd/templ@v0.3.977

.PHONY: run build test check generate fonts tools bench

# The demo is built to start soon: not optimised, without debug data, the compiler
# spared its collections of garbage. That halves the first build; `make build` is the
# binary to serve with.
run: fonts
	CGO_ENABLED=0 GOGC=off GOMEMLIMIT=1500MiB $(GO) build -trimpath -gcflags='all=-N -l -dwarf=false' -ldflags='-s -w' -o .cache/yidan .
	.cache/yidan demo --addr $(ADDR) --data $(DEMO)

build:
	CGO_ENABLED=0 $(GO) build -trimpath -o yidan .

# Every kind of test: on SQLite and PostgreSQL, in a browser, with axe-core, of printed PDFs.
test: tools
	sh scripts/test

check:
	@test -z "$$(gofmt -l $$(git ls-files '*.go' | grep -v _templ.go))" || { gofmt -l .; exit 1; }
	$(GO) vet ./...
	sh scripts/generated

# What a step, a page and a search cost, first through the whole stack as ratios to bare floors; figures of one run compare, figures of two machines do not.
bench:
	$(GO) test -tags bench -count 1 -run TestMeasure -v -timeout 30m .
	$(GO) test -run NONE -bench . -benchtime 1s ./internal/casework ./internal/catalog ./internal/sheet

generate:
	$(TEMPL) generate
	$(GO) run . rules --write .
	$(GO) run . draw --write docs/procedures

fonts:
	@sh scripts/fonts

tools: fonts
	@sh scripts/tools
	@sh scripts/axe
