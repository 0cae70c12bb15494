// Package archtest holds what a reviewer would otherwise say twice: who may
// import whom, where SQL and the clock may stand, and what never stays in a file.
package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "yidan"
	root   = "../.."
)

// floors are the rooms from the top of the house to the ground. A room imports
// rooms of lower floors only, and the neighbours that doors names.
var floors = [][]string{
	{"."}, // main: wiring
	{"web", "web/part", "web/part/specimen", "ticker", "demo"},
	{"regulation"},
	{"adjustment", "admission", "handover", "rectify", "supervision", "whistle", "report", "accountability", "evaluation", "conference", "opinion"},
	{"approval", "testkit/room"},
	{"casework"},
	{"catalog", "statute", "document", "message", "parameter", "session", "calendar", "org", "audit", "backup"},
	{"form", "fault", "sheet", "pinyin", "redline", "testkit", "db", "schema", "archtest"},
}

// doors lead from a room to neighbours on its own floor. The field has none: no
// regulation's package knows another.
var doors = map[string][]string{
	"web":               {"web/part"},
	"web/part/specimen": {"web/part"},
	"catalog":           {"statute", "calendar", "org", "audit"},
	"statute":           {"org", "audit"},
	"document":          {"org", "audit"},
	"message":           {"org", "audit"},
	"parameter":         {"org", "audit", "calendar"},
	"session":           {"org", "audit"},
	"calendar":          {"org", "audit"},
	"org":               {"audit"},
	"backup":            {"audit"},
	"form":              {"fault"},
	"sheet":             {"fault"},
	"testkit":           {"db", "schema"},
}

// reserved are imports that only the rooms named may have, the beginning of a
// path standing for all below it.
var reserved = map[string][]string{
	"net/http":                     {"web", "web/part", "."},
	"github.com/a-h/templ":         {"web", "web/part", "web/part/specimen"},
	"github.com/alecthomas/kong":   {"."},
	"github.com/chromedp":          {"testkit"},
	"github.com/jackc/pgx":         {"db"},
	"modernc.org/sqlite":           {"db"},
	"github.com/xuri/excelize":     {"sheet"},
	"github.com/signintech/gopdf":  {"document"},
	"github.com/alexedwards":       {"session"},
	"github.com/pquerna/otp":       {"session"},
	"github.com/mozillazg":         {"pinyin", "session"},
	"github.com/emmansun/gmsm/sm3": {"audit", "backup", "calendar", "casework", "catalog", "document", "session", "statute"},
}

// clocked are the rooms that may look at the clock; everywhere else the time
// comes in as an argument.
var clocked = []string{"web", "ticker", "testkit", "."}

// wordless are the rooms without SQL: what they need they ask of whoever owns
// the table. A package of the field keeps its own tables in store.go.
var wordless = []string{"web", "web/part", "regulation", "ticker", "approval", "admission", "adjustment", "handover", "opinion", "rectify", "demo"}

// ownTables are the files of wordless rooms that keep the tables of their room.
var ownTables = []string{"internal/web/once.go", "internal/approval/store.go", "internal/admission/store.go", "internal/adjustment/store.go", "internal/adjustment/trigger.go", "internal/handover/store.go", "internal/opinion/store.go", "internal/rectify/store.go"}

// A source is one Go file that is part of the product.
type source struct {
	path string // from the root
	room string
	file *ast.File
	set  *token.FileSet
}

func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.set.Position(n.Pos()).Line)
}

// sources are the Go files of the module without its tests.
func sources(t *testing.T) (all []source) {
	t.Helper()
	walk(t, func(name string) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, filepath.Join(root, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, source{name, strings.TrimPrefix(path.Dir(name), "internal/"), f, set})
	})
	return all
}

// walk visits every file of the module that is not hidden.
func walk(t *testing.T, visit func(name string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, file)
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".ci" || name == "tmp"):
			return filepath.SkipDir
		case d.Type().IsRegular():
			visit(filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func floor(room string) int {
	return slices.IndexFunc(floors, func(rooms []string) bool { return slices.Contains(rooms, room) })
}

// wrong says why a room may not import another; empty when it may.
func wrong(from, to string) string {
	f, g := floor(from), floor(to)
	switch {
	case f < 0:
		return from + " has no floor: give it one in floors"
	case g < 0:
		return to + " has no floor: give it one in floors"
	case f > g:
		return from + " is below " + to
	case f == g && !slices.Contains(doors[from], to):
		return "no door leads from " + from + " to " + to
	}
	return ""
}

func TestImportsGoDown(t *testing.T) {
	for _, s := range sources(t) {
		for _, i := range s.file.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			if to, ours := strings.CutPrefix(p, module+"/internal/"); ours {
				if why := wrong(s.room, to); why != "" {
					t.Errorf("%s: %s", s.at(i), why)
				}
			}
			for begin, rooms := range reserved {
				if (p == begin || strings.HasPrefix(p, begin+"/")) && !slices.Contains(rooms, s.room) {
					t.Errorf("%s: %s is for %v", s.at(i), p, rooms)
				}
			}
		}
	}
}

func TestTheFloorsAreTold(t *testing.T) {
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"web", "casework", true}, {"casework", "web", false}, {"admission", "conference", false},
		{"catalog", "org", true}, {"org", "catalog", false}, {"form", "org", false}, {"news", "db", false}, {"web", "news", false},
	} {
		if got := wrong(c.from, c.to) == ""; got != c.ok {
			t.Errorf("%s imports %s: allowed %v", c.from, c.to, got)
		}
	}
}

func TestOnlyTheEdgesLookAtTheClock(t *testing.T) {
	for _, s := range sources(t) {
		if slices.Contains(clocked, s.room) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			x, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if p, ok := x.X.(*ast.Ident); ok && p.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, x.Sel.Name) {
				t.Errorf("%s: time.%s; let the time come in as an argument", s.at(x), x.Sel.Name)
			}
			return true
		})
	}
}

var (
	statement = regexp.MustCompile(`(?s)^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s+\S`)
	writes    = regexp.MustCompile(`\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)`)
	creates   = regexp.MustCompile(`(?m)^CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?([a-z_]+)`)
	takesOver = regexp.MustCompile(`(?m)^-- Taken over from [a-z]+: ([a-z_, ]+)\.$`)
)

// texts calls visit with every string of a file.
func texts(s source, visit func(n ast.Node, text string)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				visit(lit, text)
			}
		}
		return true
	})
}

func TestSQLStandsWithItsTables(t *testing.T) {
	owner := map[string]string{}
	files, err := filepath.Glob(root + "/internal/schema/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(filepath.Base(f), "_")
		name, _, _ = strings.Cut(name, ".")
		for _, m := range creates.FindAllStringSubmatch(string(b), -1) {
			owner[m[1]] = name
		}
		for _, m := range takesOver.FindAllStringSubmatch(string(b), -1) {
			for t := range strings.SplitSeq(m[1], ", ") {
				owner[t] = name
			}
		}
	}
	for _, s := range sources(t) {
		texts(s, func(n ast.Node, text string) {
			if statement.MatchString(text) && slices.Contains(wordless, s.room) && !slices.Contains(ownTables, s.path) {
				t.Errorf("%s: SQL in %s; ask the room that owns the table", s.at(n), s.room)
			}
			for _, m := range writes.FindAllStringSubmatch(text, -1) {
				if o := owner[m[1]]; o != "" && o != s.room {
					t.Errorf("%s: writes %s, which belongs to %s", s.at(n), m[1], o)
				}
			}
		})
	}
}

// left are marks of work put off, and paths of one machine.
var left = map[string]*regexp.Regexp{
	"work put off":        regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b|not imple` + `mented|未实` + `现`),
	"a path of a machine": regexp.MustCompile(`(^|[^[:alnum:]_.])/(wo` + `rk|ro` + `ot|home/[a-z]+)/`),
	"a test that skips":   regexp.MustCompile(`\b(t|b|tb)\.Ski` + `p(f|Now)?\(`),
}

func TestNothingIsLeftLying(t *testing.T) {
	n := 0
	walk(t, func(name string) {
		if !slices.Contains([]string{".go", ".templ", ".sql", ".md", ".css", ".js", ".txt", ".tsv", ""}, path.Ext(name)) || path.Base(name) == module {
			return
		}
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		n++
		for i, line := range strings.Split(string(b), "\n") {
			for what, re := range left {
				if m := re.FindString(line); m != "" {
					t.Errorf("%s:%d: %s: %q", name, i+1, what, m)
				}
			}
		}
	})
	if n < 50 {
		t.Errorf("only %d files looked at", n)
	}
}

// A function that does not fit a screen is two; a file that goes on and on has
// two subjects. Declarations of procedures and tables of data read as one piece.
func TestFilesHaveOneSubject(t *testing.T) {
	const most = 700
	for _, s := range sources(t) {
		if n := s.set.Position(s.file.End()).Line; n > most && !strings.HasSuffix(s.path, "_templ.go") {
			t.Errorf("%s has %d lines; a room keeps files under %d", s.path, n, most)
		}
	}
}
