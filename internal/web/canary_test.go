package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"yidan/internal/casework"
	"yidan/internal/form"
	"yidan/internal/regulation"
)

// planted are texts that would show if any page, print or export took them for more
// than text. Package part tries sixty of them on every part.
var planted = []string{`"><canary-x data-canary="1">`, `'><img src=x onerror=canary>`, `</textarea><canary-x>`, `</title><canary-x>`, `=HYPERLINK("canary")`, `@SUM(1)canary`, `<!--canary`, `{{canary}}`}

// A case whose every text is a canary: wherever it is shown to whomever, printed,
// drawn, listed, found, recorded or exported, the canaries are texts (T06, T14).
func TestWhatPeopleTypeIsTextWhereverItIsShown(t *testing.T) {
	x := newDistrict(t, store(t), around)
	s := x.as("区农业农村局 经办")
	at := x.draft(s, "城关镇")
	n := 0
	for _, p := range regulation.Declared(x.now) {
		if p.Name != "admission" {
			continue
		}
		for _, sec := range p.Layout {
			to := at + "/b/" + sec.Key
			fields := []string{"next", at}
			for _, f := range fieldsOf(sec) {
				if f.Type == form.Line || f.Type == form.Text {
					fields = append(fields, f.Name, planted[n%len(planted)])
					n++
				}
			}
			s.must(s.get(to), to, fields...)
		}
	}
	s.attach(s.get(at+"/z/attach"), at+"/fj", "files", `a"><canary-x>.txt`, "x")
	s.must(s.get(at+"/hd"), at+"/hd", "v", string(casework.Submit))
	x.answered("区委编办 经办", at, casework.Agree, "text", planted[0])
	office := x.as("区委编办 经办")
	office.must(office.get(at+"/z/comment"), at+"/z/comment", "text", planted[1])
	x.answered("城关镇 经办", at, casework.Object, "text", planted[2])
	shown := 0
	for _, post := range []string{"区农业农村局 经办", "区委编办 经办", "城关镇 经办", "区司法局 经办", "审计管理员"} {
		o := x.as(post)
		for _, path := range []string{at, at + "?tab=yj", at + "?tab=cl", at + "?tab=jl", at + "?tab=gl", at + "/jl", at + "/tu", at + "/hd", at + "/b/matter", at + "/b/duty", at + "/bd/2", "/sq", "/gzt", "/gzt/todo", "/xx", "/cz?q=canary", "/sq?q=" + "%22%3E%3Ccanary-x%3E", "/zr/xuan?q=%3Ccanary-x%3E", "/cl", "/sj", "/wo/jl"} {
			a := o.get(path)
			if a.StatusCode != http.StatusOK {
				continue
			}
			doc, err := html.Parse(strings.NewReader(a.body))
			if err != nil {
				t.Fatal(err)
			}
			for n := range doc.Descendants() {
				switch {
				case n.Type == html.TextNode:
					shown += strings.Count(n.Data, "canary")
				case n.Data == "canary-x" || n.Type == html.CommentNode || has(n, "data-canary") || has(n, "onerror"):
					t.Errorf("%s: %s has <%s>", post, path, n.Data)
				}
			}
		}
	}
	if n < 12 || shown < 100 {
		t.Errorf("%d fields, shown %d times", n, shown)
	}
	for _, path := range []string{"/sq/xlsx", at + "/jl/docx"} {
		a := office.get(path)
		if a.StatusCode != http.StatusOK {
			continue
		}
		z, err := zip.NewReader(bytes.NewReader([]byte(a.body)), int64(len(a.body)))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		text := ""
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(r)
			text += string(b)
		}
		if !strings.Contains(text, "canary") || strings.Contains(text, "<canary") || strings.Contains(text, "<f>") {
			t.Errorf("%s: a canary is no text", path)
		}
	}
}
