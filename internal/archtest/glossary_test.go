package archtest

import (
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// declared are the names that a room offers: Name, and Type.Member for fields
// and methods.
func declared(t *testing.T) map[string]map[string]bool {
	t.Helper()
	rooms := map[string]map[string]bool{}
	for _, s := range sources(t) {
		names := rooms[s.room]
		if names == nil {
			names = map[string]bool{}
			rooms[s.room] = names
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					names[d.Name.Name] = true
				} else {
					names[receiver(d.Recv.List[0].Type)+"."+d.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.ValueSpec:
						for _, n := range spec.Names {
							names[n.Name] = true
						}
					case *ast.TypeSpec:
						names[spec.Name.Name] = true
						if st, ok := spec.Type.(*ast.StructType); ok {
							for _, f := range st.Fields.List {
								for _, n := range f.Names {
									names[spec.Name.Name+"."+n.Name] = true
								}
							}
						}
					}
				}
			}
		}
	}
	return rooms
}

// receiver is the name of a method's type.
func receiver(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}

var (
	inTicks = regexp.MustCompile("`([^`]+)`")
	named   = regexp.MustCompile(`^([a-z]+)\.([A-Z]\w*(?:\.[A-Z]\w*)?)$`) // package.Name, package.Type.Member
	member  = regexp.MustCompile(`^[A-Z]\w*\.[A-Z]\w*$`)                  // Type.Member of some room
)

// missing are the identifiers of a text in which no room has a part.
func missing(text string, rooms map[string]map[string]bool) (all []string) {
	for _, m := range inTicks.FindAllStringSubmatch(text, -1) {
		id := m[1]
		switch p := named.FindStringSubmatch(id); {
		case p != nil:
			if names := rooms[p[1]]; names == nil && floor(p[1]) < 0 || names != nil && !names[p[2]] {
				all = append(all, id)
			}
		case member.MatchString(id):
			found := false
			for _, names := range rooms {
				found = found || names[id]
			}
			if !found {
				all = append(all, id)
			}
		}
	}
	return all
}

// A glossary that names what is not there teaches a language nobody speaks. A
// room that is planned and not yet built may be named.
func TestTheGlossarySpeaksTheCodesLanguage(t *testing.T) {
	rooms := declared(t)
	for _, name := range []string{"docs/glossary.md", "ARCHITECTURE.md"} {
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range missing(string(b), rooms) {
			t.Errorf("%s: %s is nowhere in the code", name, id)
		}
	}
	const text = "`casework.Case` `casework.Nothing` `Case.Number` `Case.Nothing` `nowhere.Name` `whistle.Later` `lead`"
	if got := missing(text, rooms); !slices.Equal(got, []string{"casework.Nothing", "Case.Nothing", "nowhere.Name"}) {
		t.Errorf("missing found %v", got)
	}
}

// The table of tests names none that is not there.
func TestTheTableOfTestsIsTrue(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "docs/tests.md"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && name != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`").FindAllStringSubmatch(string(b), -1)
	for _, m := range names {
		if !strings.Contains(all.String(), "func "+m[1]+"(") {
			t.Errorf("docs/tests.md: there is no %s", m[1])
		}
	}
	if len(names) < 20 {
		t.Errorf("only %d tests are named", len(names))
	}
}

// What a newcomer reads first stays short.
func TestTheArchitectureFitsOnePage(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), "\n"); n > 150 {
		t.Errorf("ARCHITECTURE.md has %d lines, of 150", n)
	}
}
