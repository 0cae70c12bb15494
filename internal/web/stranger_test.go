package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/web"
)

// told is everything a reply says, what is packed in it too.
func (a answer) told(t *testing.T) string {
	t.Helper()
	if !strings.HasPrefix(a.body, "PK") {
		return a.body
	}
	z, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err == nil {
			_, err = io.Copy(&all, r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// strange are the cases that somebody may not see, by id, with what belongs to each:
// the parts of its address.
func (p *played) strange(t *testing.T, a org.Actor) (all []*casework.Case, parts map[string][]string) {
	t.Helper()
	parts = map[string][]string{}
	err := p.db.Read(context.Background(), func(tx *db.Tx) error {
		env, err := p.site.Cases.Wire(tx, playedAt)
		if err != nil {
			return err
		}
		ids, err := db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `SELECT id FROM cases ORDER BY id`)
		for _, id := range ids {
			if !fault.Is(casework.Visible(tx, a, id), fault.Missing) {
				continue
			}
			c, err := casework.Load(tx, env, id, playedAt)
			if err != nil {
				return err
			}
			all = append(all, c)
			tails := []string{"", "/hd", "/jl", "/jl/docx", "/jl/pdf", "/tu", "/yj", "/dq/docx", "/bd/1", "/bd/2", "/y/0", "/y/1", "/y/2", "/z/comment", "/z/attach", "/z/urge", "?tab=cl", "?tab=yj"}
			for _, s := range c.Procedure.Layout {
				tails = append(tails, "/b/"+s.Key)
			}
			as, err := document.Of(tx, id)
			if err != nil {
				return err
			}
			for _, f := range as {
				tails = append(tails, "/fj/"+f.ID)
			}
			ps, err := document.OfCase(tx, id)
			if err != nil {
				return err
			}
			for _, x := range ps {
				tails = append(tails, "/ws/"+x.ID+"/docx", "/ws/"+x.ID+"/pdf")
				whole, err := document.Find(tx, x.ID)
				if err != nil {
					return err
				}
				if !slices.ContainsFunc(a.Units(), func(u string) bool { _, kept := whole.CopyOf(u); return kept }) {
					parts[id] = append(parts[id], "/cl/"+x.ID, "/cl/"+x.ID+"/pdf", "/cl/"+x.ID+"/word")
				}
			}
			for _, x := range tails {
				parts[id] = append(parts[id], "/sq/"+id+x)
			}
			parts[id] = append(parts[id], "/zr/"+id, "/zr/gm/"+id, "/sq/new/handover?admission="+id, "/sq/new/admission?copy="+id)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, parts
}

var guessed = regexp.MustCompile(`[0-9a-f]{32}[-.0-9]*`)

// What somebody may not see looks exactly like what is not there, whatever address is
// guessed: pages, files, papers, records, drawings, exports. No list, search or export
// names it (T17).
func TestWhatIsNotYoursLooksLikeWhatIsNotThere(t *testing.T) {
	p := play(t)
	for _, login := range []string{"songjian", "shuiwu", "jiwei", "tuanwei", "xitong"} {
		var by org.Actor
		if err := p.db.Read(context.Background(), func(tx *db.Tx) (err error) { by, err = troupe.Actor(tx, login, playedAt); return err }); err != nil {
			t.Fatal(err)
		}
		s := p.as(login)
		all, parts := p.strange(t, by)
		if len(all) < 10 {
			t.Errorf("%s: only %d cases are strange", login, len(all))
		}
		tried, seen := 0, map[string]bool{}
		for _, c := range all {
			k := fmt.Sprint(c.Procedure.Name, c.Stage, c.Sealed)
			if seen[k] && !thorough() {
				continue
			}
			seen[k] = true
			for _, path := range parts[c.ID] {
				nowhere := guessed.ReplaceAllString(path, "01a22b0000007000800000000000ffff")
				got, want := s.get(path), s.get(nowhere)
				tried++
				plain := func(s string) string { return plainText(guessed.ReplaceAllString(s, "")) }
				if got.StatusCode != want.StatusCode || plain(got.body) != plain(want.body) {
					t.Errorf("%s %s (%s in %s): %d, nowhere %d\n%.300s\n%.300s", login, path, c.Procedure.Name, c.Stage, got.StatusCode, want.StatusCode, plainText(got.body), plainText(want.body))
				}
			}
		}
		for _, r := range web.Routes() {
			if r.Method != http.MethodGet || strings.Contains(r.Path, "{") || strings.HasPrefix(r.Path, "/dl") || r.Path == "/tc" {
				continue
			}
			for _, c := range all[len(all)-min(len(all), 4):] {
				told := s.get(r.Path + "?q=" + url.QueryEscape(c.Title()) + "&k=" + url.QueryEscape(c.Number)).told(t)
				for _, x := range all {
					public := strings.HasPrefix(r.Path, "/public") // it names changes of the list to anybody (DM-3.1)
					if !public && strings.Contains(told, x.ID) || x.Sealed && x.Number != "" && strings.Contains(told, x.Number) {
						t.Errorf("%s: %s names %s (%s, %s)", login, r.Path, x.Number, x.Procedure.Name, x.Stage)
					}
				}
			}
		}
		t.Logf("%s: %d strange cases, %d addresses", login, len(all), tried)
	}
}
