// Package schema holds the tables: numbered migrations, forward only, each
// named after the package that owns its tables and alone writes to them.
package schema

import "embed"

// Files are the migrations, in the shape that package db expects.
//
//go:embed *.sql
var Files embed.FS
