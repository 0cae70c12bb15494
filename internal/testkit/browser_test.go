package testkit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"yidan/internal/testkit"
)

func TestABrowserFillsPressesAndReads(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusUnprocessableEntity)
		}
		fmt.Fprintf(w, `<!doctype html><html lang="zh-CN"><title>试</title><main><h1>试</h1><p>收到 %s %s</p><p id="js">无脚本</p>
			<form method="post"><label>名称 <input name="name"></label><label><input type="checkbox" name="town" value="a"> 甲</label><button>提交</button></form></main>
			<script>document.getElementById("js").textContent="有脚本"</script>`, r.FormValue("name"), r.FormValue("town"))
	}))
	defer s.Close()
	b := testkit.Browse(t)
	b.Open(s.URL)
	b.Want("有脚本")
	b.Axe()
	for _, v := range []*testkit.Browser{b, b.Visitor()} {
		v.NoScript()
		v.Open(s.URL)
		v.Want("无脚本")
		v.Fill("name", "河道巡查")
		v.Choose("town", "a")
		v.Press("提交")
		v.Want("收到 河道巡查 a")
		if v.Status != 422 {
			t.Errorf("status %d", v.Status)
		}
		v.Size(320, 600)
		v.Flat()
		v.Calm()
	}
	if pdf := b.PDF("testkit"); string(pdf[:5]) != "%PDF-" {
		t.Error("no PDF")
	}
}
