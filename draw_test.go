package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"yidan/internal/regulation"
)

func TestTheDrawingsOfTheProceduresAreCurrent(t *testing.T) {
	const dir = "docs/procedures"
	want := map[string]bool{}
	for _, p := range regulation.Declared(time.Now()) {
		name := p.Name + ".md"
		want[name] = true
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(b) != drawing(p) {
			t.Errorf("%s is not what the declaration draws; run make generate (%v)", name, err)
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !want[f.Name()] {
			t.Errorf("%s draws no procedure", f.Name())
		}
	}
}
