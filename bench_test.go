//go:build bench

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"yidan/internal/admission"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/org"
	"yidan/internal/schema"
	"yidan/internal/sheet"
)

// The measure (design: performance) runs with `make bench`. The
// server is a child on a demo with 10,000 cases; the floors are another child.
// Every figure is a ratio of medians of rounds that take turns.

func init() {
	if dir := os.Getenv("YIDAN_FLOOR"); dir != "" {
		floor(dir)
		os.Exit(0)
	}
}

// floor serves what nothing can be faster than: a bare page of 30 KB, and handlers that
// write four rows durably. Two are as anybody writes one on database/sql, with rows of
// an id and a date, and with rows as long as the case, the task, the event and the line
// of the record that a step keeps and one index; the third writes such rows through
// package db, which prepares its statements once.
func floor(dir string) {
	d, err := db.Open(context.Background(), dir, schema.Files)
	if err != nil {
		panic(err)
	}
	page := []byte(strings.Repeat("依单 floor ", 3000))[:30<<10]
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) { w.Write(page) })
	const short, kept = `INSERT INTO short (id, at) VALUES ($1, $2)`, `INSERT INTO kept (id, owner, at, data) VALUES ($1, $2, $3, $4)`
	row := map[string]func(i int) []any{
		short: func(int) []any { return []any{db.NewID(), "2026-01-01"} },
		kept: func(i int) []any {
			return []any{db.NewID(), "u:" + db.NewID(), "2026-01-01", string(page[:[]int{1800, 700, 400, 600}[i]])}
		},
	}
	tables := []string{`CREATE TABLE short (id TEXT PRIMARY KEY, at TEXT NOT NULL)`,
		`CREATE TABLE kept (id TEXT PRIMARY KEY, owner TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL)`, `CREATE INDEX kept_owner ON kept (owner, at)`}
	plain, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "plain.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		panic(err)
	}
	plain.SetMaxOpenConns(1)
	err = d.Write(context.Background(), func(tx *db.Tx) (err error) {
		for _, q := range tables {
			_, e1 := tx.Exec(q)
			_, e2 := plain.Exec(q)
			err = errors.Join(err, e1, e2)
		}
		return err
	})
	if err != nil {
		panic(err)
	}
	answer := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), 500)
		}
	}
	for path, q := range map[string]string{"POST /short": short, "POST /plain": kept} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			tx, err := plain.BeginTx(r.Context(), nil)
			if err != nil {
				answer(w, err)
				return
			}
			defer tx.Rollback()
			for i := range 4 {
				if _, err := tx.ExecContext(r.Context(), q, row[q](i)...); err != nil {
					answer(w, err)
					return
				}
			}
			answer(w, tx.Commit())
		})
	}
	mux.HandleFunc("POST /grouped", func(w http.ResponseWriter, r *http.Request) {
		answer(w, d.Write(r.Context(), func(tx *db.Tx) error {
			for i := range 4 {
				if _, err := tx.Exec(kept, row[kept](i)...); err != nil {
					return err
				}
			}
			return nil
		}))
	})
	l, err := net.Listen("tcp", os.Getenv("YIDAN_FLOOR_ADDR"))
	if err != nil {
		panic(err)
	}
	http.Serve(l, mux)
}

// A child is a server under measure.
type child struct {
	url string
	cmd *exec.Cmd
}

func start(t *testing.T, addr string, cmd *exec.Cmd) *child {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	c := &child{"http://" + addr, cmd}
	for range 3000 {
		if conn, err := net.Dial("tcp", addr); err == nil {
			conn.Close()
			return c
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("no server at " + addr)
	return nil
}

// cpu is what the threads of the child have used so far.
func (c *child) cpu(t *testing.T) (all time.Duration) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", c.cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		t.Fatal("no such child", err)
	}
	for _, at := range threads {
		b, _ := os.ReadFile(at) // one that has just ended counts no more
		ns, _, _ := strings.Cut(string(b), " ")
		n, _ := strconv.ParseInt(ns, 10, 64)
		all += time.Duration(n)
	}
	return all
}

// rss is what the child holds.
func (c *child) rss() string {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	return regexp.MustCompile(`VmRSS:\s+(.*)`).FindStringSubmatch(string(b))[1]
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A figure is what the rounds of a measure came to.
type figure []time.Duration

func (f figure) median() time.Duration { slices.Sort(f); return f[len(f)/2] }

// String is the median and the spread; where that is more than twofold the figure
// is noisy and says so.
func (f figure) String() string {
	m := f.median()
	s := fmt.Sprintf("%v [%v..%v]", m.Round(time.Microsecond), f[0].Round(time.Microsecond), f[len(f)-1].Round(time.Microsecond))
	if f[len(f)-1] > 2*f[0] {
		s += " noisy"
	}
	return s
}

func ratio(a, b figure) float64 { return float64(a.median()) / float64(b.median()) }

// crowd files n admissions that stand with the list office.
func crowd(t *testing.T, dir string, n int) {
	t.Helper()
	d, err := db.Open(t.Context(), dir, schema.Files)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	now := time.Now()
	site := newSite(&Shell{Context: t.Context(), Out: io.Discard, Err: io.Discard, Now: time.Now}, d)
	var by org.Actor
	var towns []string
	err = d.Read(t.Context(), func(tx *db.Tx) error {
		dir, err := org.LoadDirectory(tx)
		if err != nil {
			return err
		}
		for _, u := range dir.Townships(org.Day(now)) {
			towns = append(towns, u.ID)
		}
		p, err := org.PersonByLogin(tx, "nongye")
		if err != nil {
			return err
		}
		as, err := org.Actors(tx, p.ID, org.Day(now))
		if err == nil {
			by = as[0]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < n; i += 250 {
		err := site.Cases.Write(t.Context(), now, func(tx *db.Tx, k *casework.Docket) error {
			env, err := site.Cases.Wire(tx, now)
			if err != nil {
				return err
			}
			p, err := env.Editions.Of("admission", 0, time.Time{}, now)
			if err != nil {
				return err
			}
			for j := range 250 {
				id := db.NewID()
				r := &admission.Request{ActingAs: "department", Listed: "no", Own: "no", Duty: "no", Assist: "no", Door: admission.DoorAdmit, DoorWhy: "清单没有列入",
					Matter: fmt.Sprintf("量测事项第 %d 号", i+j), Contact: "综合科", Phone: "0454-8000000", Span: "long", Main: "部门负责", Cooperating: "乡镇配合", Task: "巡查", Process: "发现报告", Limit: "当日",
					Safeguards: "经费", Training: "一次", Townships: towns[:2], Bases: []admission.Basis{{Title: "防洪法", Article: "第一条"}}}
				if err := k.Open(&casework.Case{ID: id, Procedure: p, Owner: org.Unit(by.Unit), Form: r}, now); err != nil {
					return err
				}
				if err := k.Do(id, now, func(c *casework.Case) error {
					return c.Answer(1, casework.Answer{Verdict: casework.Submit, By: by, At: now})
				}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// load sends n requests over w connections and gives how long it took.
func load(t *testing.T, n, w int, one func(i int) error) time.Duration {
	t.Helper()
	begun := time.Now()
	var wg sync.WaitGroup
	for k := range w {
		wg.Go(func() {
			for i := k; i < n; i += w {
				if err := one(i); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(begun)
}

func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "yidan")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	data, bare := filepath.Join(dir, "data"), filepath.Join(dir, "bare")
	os.Mkdir(bare, 0o755)
	addr := freePort(t)
	demoCmd := exec.Command(bin, "demo", "--addr", addr, "--data", data)
	first := start(t, addr, demoCmd)
	first.cmd.Process.Signal(os.Interrupt)
	first.cmd.Wait()
	crowd(t, data, 10000)

	begun := time.Now()
	addr = freePort(t)
	s := start(t, addr, exec.Command(bin, "demo", "--addr", addr, "--data", data))
	fetch(http.DefaultClient, s.url+"/dl")
	t.Logf("cold start to the first page: %v; resident %s", time.Since(begun).Round(time.Millisecond), s.rss())

	faddr := freePort(t)
	self, _ := os.Executable()
	fcmd := exec.Command(self)
	fcmd.Env = append(os.Environ(), "YIDAN_FLOOR="+bare, "YIDAN_FLOOR_ADDR="+faddr)
	f := start(t, faddr, fcmd)

	signIn := func(login string) *http.Client {
		c := surfer(t)
		page, err := fetch(c, s.url+"/dl")
		if err == nil {
			err = hand(c, s.url, page, "/dl", url.Values{"login": {login}, "password": {demo.Password}})
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	// Two of the list office, for which every case waits, so that neither asks more
	// often than a visitor may; and a township of a few cases.
	office, plain := []*http.Client{signIn("bianban"), signIn("bianban-fzr")}, []*http.Client{signIn("nanzhai"), signIn("songjian")}
	c := office[0]
	for _, x := range []struct {
		who  string
		as   []*http.Client
		path string
	}{{"the office of 10,000 cases", office, "/sq"}, {"the office of 10,000 cases", office, "/gzt/todo"}, {"a township", plain, "/sq"}, {"a township", plain, "/gzt/todo"}} {
		var ours, bare figure
		size := 0
		for range 7 {
			at := s.cpu(t)
			load(t, 40, 16, func(i int) error { b, err := fetch(x.as[i%2], s.url+x.path); size = len(b); return err })
			ours = append(ours, (s.cpu(t)-at)/40)
			at = f.cpu(t)
			load(t, 2000, 16, func(int) error { _, err := fetch(c, f.url+"/page"); return err })
			bare = append(bare, (f.cpu(t)-at)/2000)
		}
		t.Logf("%s of %s (%d KB): CPU a page %v; bare 30 KB page %v; ratio %.1f [must ≤ 10]", x.path, x.who, size>>10, ours, bare, ratio(ours, bare))
	}

	// A step: the list office sends one of the cases to the townships.
	inbox, err := fetch(c, s.url+"/sq")
	if err != nil {
		t.Fatal(err)
	}
	ids := slices.Compact(sorted(regexp.MustCompile(`/sq/([0-9a-f-]{20,})`).FindAllString(inbox, -1)))
	ids = ids[:min(25, len(ids))] // within what one visitor may write in a minute
	form, err := fetch(c, s.url+ids[0]+"/y/2?v="+url.QueryEscape("同意"))
	if err != nil {
		t.Fatal(err)
	}
	token := hidden.FindStringSubmatch(form)[2]
	noFollow := *c
	noFollow.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	var ours figure
	floors := map[string]*figure{"/short": {}, "/plain": {}, "/grouped": {}}
	for i, id := range ids {
		at := time.Now()
		r, _ := http.NewRequest("POST", s.url+id+"/y/2", strings.NewReader(url.Values{"_token": {token}, "submit_id": {strings.ReplaceAll(db.NewID(), "-", "")}, "v": {"退回"}, "text": {"补充保障措施"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", s.url)
		resp, err := noFollow.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 303 {
			t.Fatalf("step %d: %d", i, resp.StatusCode)
		}
		ours = append(ours, time.Since(at))
		for path, took := range floors {
			at = time.Now()
			resp, err = http.Post(f.url+path, "text/plain", nil)
			if err != nil || resp.StatusCode != 200 {
				t.Fatal(err)
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			*took = append(*took, time.Since(at))
		}
	}
	t.Logf("a step through the whole stack, c=1, %d rounds: %v", len(ours), ours)
	for path, what := range map[string]string{"/short": "a raw handler, 4 rows of an id and a date", "/plain": "a raw handler, 4 rows as long as those a step keeps [must ≥ 0.5]", "/grouped": "such rows through package db"} {
		t.Logf("  %s: %v, ratio of rates %.2f", what, *floors[path], ratio(*floors[path], ours))
	}
	t.Logf("resident at the end: %s", s.rss())
	measureImport(t, bin, dir)
}

// measureImport brings in 5,000 rows in a process of its own.
func measureImport(t *testing.T, bin, dir string) {
	p := sheet.Page{Name: "清单", Heads: []string{"序号", "类别", "具体事项", "牵头责任部门", "共同责任部门", "部门职责划分", "主体责任", "配合责任", "法律法规依据", "政策文件依据", "适用乡镇（街道）"}}
	works, subjects := []string{"巡查", "受理", "排查", "调解", "登记", "宣传", "核验", "上报"}, []string{"秸秆禁烧", "低保申请", "燃气安全", "河道漂浮物", "独居老人", "古树名木", "违法建设"}
	for i := range 5000 {
		w, x := works[i%len(works)], subjects[i/len(works)%len(subjects)]
		p.Rows = append(p.Rows, []string{strconv.Itoa(i + 1), x, fmt.Sprintf("%s%s第%d类事项", x, w, i+1), "农业农村局", "水务局", "执法",
			fmt.Sprintf("对%s开展%s，建立第%d号台账，发现问题及时处置；入户调查、邻里访问、信息核对；提出初审意见并在村（社区）公示", x, w, i),
			fmt.Sprintf("组织网格员%s%s，第%d网格按月报告，配合现场检查和宣传教育", w, x, i), "《" + x + "条例》第八条", "", "全部"})
	}
	file := filepath.Join(dir, "list.xlsx")
	out, err := os.Create(file)
	if err == nil {
		err = errors.Join(sheet.Write(out, []sheet.Page{p}), out.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	var took figure
	most := int64(0)
	for i := range 3 {
		cmd := exec.Command(bin, "import", file, "--data", filepath.Join(dir, fmt.Sprint("import", i)))
		begun := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		took = append(took, time.Since(begun))
		most = max(most, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
	}
	t.Logf("an import of 5,000 rows, from the file to the edition: %v [must ≤ 5 s], resident at most %d MB [must ≤ 200 MB]", took, most>>10)
}

func sorted(ss []string) []string { slices.Sort(ss); return ss }
