package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/org"
	"yidan/internal/schema"
	"yidan/internal/session"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"yidan": main})
}

// Commands that need no store, or make their own.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/alone", Cmds: scriptCommands, RequireExplicitExec: true, Setup: func(e *testscript.Env) error {
		e.Setenv("YIDAN_DATA", "")
		e.Setenv("YIDAN_DB", "")
		return nil
	}})
}

// Commands on a store, which the environment names: they know no engine.
func TestCommandsOnAStore(t *testing.T) {
	for engine, variable := range map[db.Engine]string{db.SQLite: "YIDAN_DATA", db.Postgres: "YIDAN_DB"} {
		t.Run(string(engine), func(t *testing.T) {
			testscript.Run(t, testscript.Params{Dir: "testdata/store", Cmds: scriptCommands, RequireExplicitExec: true, Setup: func(e *testscript.Env) error {
				source := testkit.Source(t, engine)
				testkit.Open(t, source).Close()
				e.Setenv(variable, source)
				return nil
			}})
		})
	}
}

// Whoever reads a README finds every command.
func TestTheReadmesNameEveryCommand(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Bind(&Shell{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range parser.Model.Leaves(true) {
			if !strings.Contains(string(b), "`yidan "+c.Path()) {
				t.Errorf("%s does not name yidan %s", name, c.Path())
			}
		}
	}
}

// Every key of what a command prints as JSON is lower_snake.
func TestKeysOfJSONAreLowerSnake(t *testing.T) {
	dir := t.TempDir()
	d := testkit.Open(t, dir)
	if _, err := demo.Seed(t.Context(), d, time.Now()); err != nil {
		t.Fatal(err)
	}
	d.Close()
	notice := filepath.Join(dir, "notice.txt")
	if err := os.WriteFile(notice, []byte("各乡镇要每天巡查河道，严格落实属地责任。"), 0o600); err != nil {
		t.Fatal(err)
	}
	laws := filepath.Join(dir, "laws.tsv")
	if err := os.WriteFile(laws, []byte("law\tversion_date\tkind\tarticle\tsentence\n郊区河道管理办法\t2026-01-01\t规章\t第一条\t河道应当巡查。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	snake := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	var walk func(command string, v any)
	walk = func(command string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				if !snake.MatchString(k) {
					t.Errorf("%s: key %q", command, k)
				}
				walk(command, x)
			}
		case []any:
			for _, x := range v {
				walk(command, x)
			}
		}
	}
	for _, command := range []string{"workday 2026-02-05 10", "list", "diff 2026-01-01 2026-11-01", "impact 中华人民共和国森林法", "rules", "audit head",
		"check-document " + notice, "instruments import " + laws + " --dry-run"} {
		args := append(strings.Fields(command), "--json")
		if args[0] != "workday" && args[0] != "rules" {
			args = append(args, "--data", dir)
		}
		var out, errs bytes.Buffer
		code := run(&Shell{Context: t.Context(), Out: &out, Err: &errs, Now: time.Now}, args)
		var v any
		if err := json.Unmarshal(out.Bytes(), &v); err != nil || out.Len() < 10 {
			t.Fatalf("%s: exit %d, %v: %s%s", command, code, err, out.String(), errs.String())
		}
		walk(args[0], v)
	}
}

// scriptCommands are what a script does to a store or a file behind the
// product's back.
var scriptCommands = map[string]func(*testscript.TestScript, bool, []string){
	"record": func(ts *testscript.TestScript, _ bool, args []string) { // record N: N lines
		d := opened(ts)
		defer d.Close()
		n, err := strconv.Atoi(args[0])
		ts.Check(err)
		ts.Check(d.Write(context.Background(), func(tx *db.Tx) error {
			for i := range n {
				if err := audit.Append(tx, audit.Line{At: time.Unix(int64(i), 0), Person: "p", Action: "test.write", Detail: map[string]any{"text": "乡镇\n\"引号\""}}); err != nil {
					return err
				}
			}
			return nil
		}))
	},
	"sql": func(ts *testscript.TestScript, _ bool, args []string) { // sql STATEMENT…
		d := opened(ts)
		defer d.Close()
		for _, q := range args {
			ts.Check(d.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(q); return err }))
		}
	},
	"unguard": func(ts *testscript.TestScript, _ bool, _ []string) { // what keeps lines from being touched is taken away
		d := opened(ts)
		defer d.Close()
		q := `SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'`
		if d.Engine == db.Postgres {
			q = `SELECT DISTINCT 'DROP TRIGGER ' || tgname || ' ON audit' FROM pg_trigger WHERE tgrelid = 'audit'::regclass AND NOT tgisinternal`
		}
		ts.Check(d.Write(context.Background(), func(tx *db.Tx) error {
			drops, err := db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, q)
			for _, drop := range drops {
				if err == nil {
					_, err = tx.Exec(drop)
				}
			}
			return err
		}))
	},
	"misuse": exits(2), // misuse ARGUMENT…: the exit code of yidan
	"fails":  exits(1),
	"cut": func(ts *testscript.TestScript, _ bool, args []string) { // cut FILE: the second half is gone
		name := ts.MkAbs(args[0])
		b, err := os.ReadFile(name)
		ts.Check(err)
		ts.Check(os.WriteFile(name, b[:len(b)/2], 0o600))
	},
	"flip": func(ts *testscript.TestScript, _ bool, args []string) { // flip FILE: one bit in its middle
		name := ts.MkAbs(args[0])
		b, err := os.ReadFile(name)
		ts.Check(err)
		b[len(b)/2] ^= 4
		ts.Check(os.WriteFile(name, b, 0o600))
	},
}

// opened is the store that the script's environment names.
func opened(ts *testscript.TestScript) *db.DB {
	source := ts.Getenv("YIDAN_DB")
	if source == "" {
		source = ts.Getenv("YIDAN_DATA")
	}
	if source == "" {
		ts.Check(fmt.Errorf("the script has no store"))
	}
	d, err := db.Open(context.Background(), source, schema.Files)
	ts.Check(err)
	return d
}

func exits(want int) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		err := ts.Exec("yidan", args...)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != want {
			ts.Fatalf("yidan %v: %v, want exit code %d", args, err, want)
		}
	}
}

// A line of output, as soon as it is printed.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	for line := range strings.Lines(string(b)) {
		l <- strings.TrimSpace(line)
	}
	return len(b), nil
}

// There is no default account: a start gives each administrator a code, other
// codes each time, for as long as nobody holds the class.
func TestServeGivesSetUpCodes(t *testing.T) {
	dir := t.TempDir()
	seen := map[string]bool{}
	for range 2 {
		ctx, stop := context.WithCancel(t.Context())
		out, exit := make(lines, 10), make(chan int)
		go func() {
			exit <- run(&Shell{Context: ctx, Out: out, Err: io.Discard, Now: time.Now}, []string{"serve", "--addr", "127.0.0.1:0", "--data", dir})
		}()
		var address string
		for address == "" {
			select {
			case line := <-out:
				if at := strings.Index(line, "http://"); at >= 0 {
					address, _, _ = strings.Cut(line[at:], " ")
				} else if !strings.Contains(line, "一次性启用码") || seen[line] {
					t.Errorf("printed %q", line)
				}
				seen[line] = true
			case code := <-exit:
				t.Fatalf("serve ended with %d", code)
			}
		}
		answer, err := http.Get(address + "/dl")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if h := answer.Header.Get("Content-Security-Policy"); !strings.Contains(h, "default-src 'none'") && !strings.Contains(h, "default-src 'self'") {
			t.Errorf("policy %q", h)
		}
		stop()
		if code := <-exit; code != 0 {
			t.Errorf("stopped with %d", code)
		}
	}
	if len(seen) != 2*(3+1) {
		t.Errorf("%d different lines, want three codes and an address twice", len(seen))
	}
}

// The demo is made at the first start, opened at the next, and never served as if
// it were a district's own; another district is never taken for it.
func TestTheDemoIsServed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	for start := range 2 {
		ctx, stop := context.WithCancel(t.Context())
		out, exit := make(lines, 200), make(chan int)
		go func() {
			exit <- run(&Shell{Context: ctx, Out: out, Err: io.Discard, Now: time.Now}, []string{"demo", "--addr", "127.0.0.1:0", "--data", dir})
		}()
		var address string
		printed := map[string]bool{}
		for address == "" {
			select {
			case line := <-out:
				if at := strings.Index(line, "http://"); at >= 0 {
					address, _, _ = strings.Cut(line[at:], " ")
				}
				printed[strings.Join(strings.Fields(line), " ")] = true
			case code := <-exit:
				t.Fatalf("demo ended with %d", code)
			}
		}
		if made := printed["正在建立演示区……"]; made != (start == 0) || !printed["bianban 区委编办 经办"] {
			t.Errorf("start %d printed %v", start, printed)
		}
		answer, err := http.Get(address + "/dl")
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !strings.Contains(string(page), "区委编办 经办") {
			t.Errorf("the sign-in page does not list the accounts (%v)", err)
		}
		stop()
		if code := <-exit; code != 0 {
			t.Errorf("stopped with %d", code)
		}
	}
	sh := &Shell{Context: t.Context(), Out: io.Discard, Err: io.Discard, Now: time.Now}
	if code := run(sh, []string{"serve", "--addr", "127.0.0.1:0", "--data", dir}); code != 1 {
		t.Errorf("serve of a demo: %d", code)
	}
}

func TestTheAddressOfTheSiteIsSchemeAndHost(t *testing.T) {
	for in, want := range map[string]string{"": "", "https://qd.example.gov.cn": "https://qd.example.gov.cn", "https://qd.example.gov.cn:8443/": "https://qd.example.gov.cn:8443"} {
		if got, err := origin(in); got != want || err != nil {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
	for _, in := range []string{"qd.example.gov.cn", "ftp://a", "https://", "https://a/yidan", "https://a?x=1", "https://u:p@a"} {
		if got, err := origin(in); err == nil {
			t.Errorf("%q is taken as %q", in, got)
		}
	}
}

// Whoever comes back to a demo after half a year signs in and looks around.
func TestPasswordsOfADemoDoNotGrowOld(t *testing.T) {
	begin := time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC)
	later := begin.AddDate(0, 6, 0)
	sh := &Shell{Context: t.Context(), Out: io.Discard, Err: io.Discard, Now: func() time.Time { return later }}
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	hash, err := session.Hash(t.Context(), demo.Password)
	if err == nil {
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			id, err := org.AddAdministrator(tx, org.Person{Login: "shenji", Name: "审计管理员", Class: org.Auditor}, begin)
			if err != nil {
				return err
			}
			return session.Install(tx, id, hash, begin)
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	token, err := session.SignIn(t.Context(), d, "shenji", demo.Password, "", "127.0.0.1", later)
	if err != nil {
		t.Fatal(err)
	}
	for site, old := range map[*web.Site]bool{newSite(sh, d): true, newDemoSite(sh, d): false} {
		if v, err := site.Visit(t.Context(), token, later); err != nil || !v.SignedIn() || v.MustChange != old {
			t.Errorf("demo %v: %+v %v", site.Demo, v, err)
		}
	}
}
