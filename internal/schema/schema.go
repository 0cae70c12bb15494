// Package schema holds the tables: numbered migrations, forward only, each
// named after the package that owns its tables and alone writes to them.
package schema

import (
	"embed"
	"strings"
)

// Files are the migrations, in the shape that package db expects.
//
//go:embed *.sql
var Files embed.FS

// Latest is the newest migration, which an open store has run: 0011_web.
func Latest() (string, error) {
	names, err := Files.ReadDir(".")
	if err != nil || len(names) == 0 {
		return "", err
	}
	name, _, _ := strings.Cut(names[len(names)-1].Name(), ".")
	return name, nil
}
