package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yidan/internal/db"
	"yidan/internal/testkit"
)

// The command line answers what held on a day and what had been published by then,
// and what two moments tell differently.
//
// Proves: DM-9.3
func TestTheListIsAskedOnBothAxesFromTheCommandLine(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			source := testkit.Source(t, engine)
			testkit.Open(t, source).Close()
			at := []string{"--data", source}
			if db.IsURL(source) {
				at[0] = "--db"
			}
			yidan := func(want int, args ...string) string {
				t.Helper()
				var out bytes.Buffer
				sh := &Shell{Context: t.Context(), Out: &out, Err: io.Discard, Now: func() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) }}
				if code := run(sh, append(args, at...)); code != want {
					t.Fatalf("yidan %v: %d, want %d", args, code, want)
				}
				return out.String()
			}
			yidan(0, "import", "internal/catalog/testdata/responsibility-list.xlsx", "--number", "郊办发〔2026〕9号", "--issued-on", "2026-08-01", "--effective-on", "2026-07-01")
			for _, c := range []struct {
				args []string
				want int
			}{{nil, 47}, {[]string{"--on", "2026-06-30"}, 0}, {[]string{"--on", "2026-07-15"}, 47}, {[]string{"--on", "2026-07-15", "--known", "2026-07-15"}, 0}, {[]string{"--on", "2026-07-15", "--known", "2026年8月1日"}, 47}} {
				var got listed
				if err := json.Unmarshal([]byte(yidan(0, append([]string{"list", "--json"}, c.args...)...)), &got); err != nil || len(got.Items) != c.want {
					t.Errorf("list %v: %d items, %v", c.args, len(got.Items), err)
				}
			}
			var got compared
			if err := json.Unmarshal([]byte(yidan(0, "diff", "2026-07-15@2026-07-15", "郊办发〔2026〕9号", "--json")), &got); err != nil || got.Counts.Added != 47 || len(got.Items) != 47 || got.Items[0].Because[0].Number != "郊办发〔2026〕9号" || got.Items[0].Fields[0].Key != "name" {
				t.Error(err, got.Counts)
			}
			if text := yidan(0, "diff", "1", "2026-06-30"); !strings.HasPrefix(text, "新增 0 · 取消 47 · 调整 0 · 未变 0\n") || !strings.Contains(text, "具体事项：【删：") {
				t.Error(text[:200])
			}
			yidan(2, "diff", "以前", "1")
			yidan(2, "list", "--known", "以前")
			if text := yidan(0, "check"); strings.Contains(text, "digest") {
				t.Error(text)
			}
		})
	}
}

// What an instrument reached that is repealed already is told as it happened; what
// would happen to it once more is not asked.
//
// Proves: DM-8.1
func TestTheCommandTellsWhatARepealReached(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			source := testkit.Source(t, engine)
			testkit.Open(t, source).Close()
			at := []string{"--data", source}
			if db.IsURL(source) {
				at[0] = "--db"
			}
			file := filepath.Join(t.TempDir(), "rules.tsv")
			if err := os.WriteFile(file, []byte("名称\t种类\t条\t条文\t废止日期\t废止依据\n试行办法\t政策文件\t\t\t2026-11-02\t郊政发〔2026〕3号\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				args []string
				want int
				text string
			}{
				{[]string{"instruments", "import", file}, 0, ""},
				{[]string{"impact", "试行办法"}, 0, "《试行办法》废止，2026-11-02：触及 0 项"},
				{[]string{"impact", "试行办法", "--event", "amended"}, 1, ""},
			} {
				var out bytes.Buffer
				sh := &Shell{Context: t.Context(), Out: &out, Err: io.Discard, Now: func() time.Time { return time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) }}
				if code := run(sh, append(c.args, at...)); code != c.want || !strings.Contains(out.String(), c.text) {
					t.Errorf("yidan %v: %d %s", c.args, code, out.String())
				}
			}
		})
	}
}
