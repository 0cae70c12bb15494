package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// codes are the statuses of the kinds of fault.
var codes = map[fault.Kind]int{
	fault.Invalid:  http.StatusUnprocessableEntity,
	fault.Refused:  http.StatusForbidden,
	fault.Conflict: http.StatusConflict,
	fault.Missing:  http.StatusNotFound,
	fault.TooMany:  http.StatusTooManyRequests,
	fault.ReadOnly: http.StatusServiceUnavailable,
	fault.Internal: http.StatusInternalServerError,
}

// A trouble is an error as the person meets it.
type trouble struct {
	code   int
	fault  *fault.Fault
	title  string
	lookup string // 查询号, for what is ours
	signIn string // where to sign in again
	look   string // where to see how things are now; "" for nowhere
	own    bool   // has a page of its own even if the handler gave one
}

// diagnose tells what an error is to the person.
func (d *desk) diagnose(q *Request, err error) trouble {
	var big *http.MaxBytesError
	switch {
	case errors.Is(err, errSignIn):
		return trouble{code: http.StatusUnauthorized, title: "登录后继续", signIn: part.SignIn, own: true,
			fault: &fault.Fault{Text: cmp.Or(q.ending(q.ended), "你还没有登录") + "。没有提交，你填的内容在下面，先复制保存，登录后再提交"}}
	case errors.Is(err, errMethod):
		return trouble{code: http.StatusMethodNotAllowed, title: "不能这样打开", own: true,
			fault: &fault.Fault{Text: "这个地址不能这样打开。返回上一页，用页面上的按钮办理"}}
	case errors.Is(err, errTooLarge), errors.As(err, &big):
		return trouble{code: http.StatusRequestEntityTooLarge, title: "内容太多", own: true,
			fault: &fault.Fault{Text: fmt.Sprintf("一次提交的内容太多，没有保存。单个文件上限 50 MB，一页最多 %d 项。可拆分后分别提交", maxFields)}}
	case errors.Is(err, errMangled):
		return trouble{code: http.StatusBadRequest, title: "没有收全", own: true,
			fault: &fault.Fault{Text: "提交的内容没有收全，没有保存。返回上一页再提交一次"}}
	case errors.Is(err, db.ErrReadOnly):
		return d.known(&fault.Fault{Kind: fault.ReadOnly, Text: "系统现在只能查看、不能提交。预计恢复时间会在首页公布", Cause: err})
	}
	if f, ok := fault.As(err); ok && f.Kind != fault.Internal {
		return d.known(f)
	}
	t := trouble{code: http.StatusInternalServerError, title: "系统暂时不能办理", lookup: lookup(), own: true}
	t.fault = &fault.Fault{Text: "系统暂时打不开这一页。过一会儿再试；已通知管理员（查询号 " + t.lookup + "）。", Cause: err}
	if !q.route.Safe() {
		t.fault.Text = "系统暂时不能保存。你填的内容还在本页，先不要关闭；已通知管理员（查询号 " + t.lookup + "）。"
	}
	return t
}

// known is a fault with a sentence of its own.
func (d *desk) known(f *fault.Fault) trouble {
	t := trouble{code: codes[f.Kind], fault: f, own: f.Kind == fault.Missing}
	switch f.Kind {
	case fault.Invalid:
		t.title = "有内容需要修改"
	case fault.Refused:
		t.title = "不能办理"
	case fault.Conflict:
		t.title = "情况已经变化"
	case fault.TooMany:
		t.title = "操作太频繁"
	case fault.ReadOnly:
		t.title = "暂时不能提交"
	default: // what is not there and what is not yours are the same page
		t.title = "没有找到这个页面"
		t.fault = fault.Absent()
	}
	return t
}

// fail turns an error into a page: the handler's, with what was typed, or one of its own.
func (d *desk) fail(w *status, q *Request, r Reply, err error) {
	if w.code != 0 {
		return
	}
	if errors.Is(err, context.Canceled) && q.Ctx.Err() != nil {
		w.code = 499 // nobody is waiting any more; only the log sees this
		return
	}
	t := d.diagnose(q, err)
	if t.code >= http.StatusInternalServerError {
		d.site.Log.Error("failed", "lookup", t.lookup, "method", q.http.Method, "route", q.route.Path, "error", err.Error())
	}
	if k := t.fault.Kind; k == fault.Refused || q.route.Path != "" && !q.route.Safe() && (k == fault.Missing || k == fault.Conflict) {
		d.refused(q, t.fault, err)
	}
	if t.signIn != "" && q.http.Method == http.MethodGet {
		back := url.Values{"to": {q.Here()}}
		if q.ended != "" {
			back.Set("why", string(q.ended))
		}
		w.Header().Set("Location", part.SignIn+"?"+back.Encode())
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	if t.code == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60")
	}
	if wantsData(q.http) {
		if d.send(w, q, Data(map[string]string{"error": t.fault.Text}), t.code, nil) == nil {
			return
		}
	}
	d.failPage(w, q, r, t)
}

// refused keeps on record what somebody tried and a rule refused: also to do
// something to what is not theirs to see, or is done already. The refusal
// undid the transaction it came from, so the line has one of its own. Attempts at
// rights have been recorded by package org already.
func (d *desk) refused(q *Request, f *fault.Fault, err error) {
	if _, twice := org.Attempt(err); twice || !q.Visitor.SignedIn() || q.Actor.Person == "" {
		return
	}
	l := q.Actor.Line(q.Now, "refused", q.http.URL.Path)
	l.Result, l.Detail = audit.Refused, map[string]any{"method": q.http.Method, "why": f.Text, "rule": f.Rule}
	if e := d.site.DB.Write(context.WithoutCancel(q.Ctx), func(tx *db.Tx) error { return audit.Append(tx, l) }); e != nil {
		d.site.Log.Error("a refusal is not on record", "route", q.route.Path, "error", e.Error())
	}
}

func (d *desk) failPage(w *status, q *Request, r Reply, t trouble) {
	f := t.fault
	if r.Page == nil || t.own {
		r = Reply{Page: d.troublePage(q, t)}
		r.Frame.Title, r.Frame.Narrow = t.title, true
		if f.Kind != fault.Invalid {
			f = nil // the page says it itself
		}
	}
	r.session, r.large = nil, nil
	err := d.send(w, q, r, t.code, f)
	if err == nil || w.code != 0 {
		return
	}
	// Not even the page about the failure works, perhaps because what stands around it does not: say it without.
	d.site.Log.Error("the page about a failure failed", "route", q.route.Path, "error", err.Error())
	if t.lookup == "" {
		t.lookup = lookup()
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	fmt.Fprintf(w, "系统暂时打不开这一页。过一会儿再试（查询号 %s）。\n", t.lookup)
	d.site.Log.Error("failed", "lookup", t.lookup, "route", q.route.Path)
}

func (d *desk) troublePage(q *Request, t trouble) templ.Component {
	var kept []part.Kept
	if !q.route.Safe() && t.fault.Kind != fault.Missing {
		kept = q.kept()
	}
	if id := q.Path("id"); t.fault.Kind == fault.Conflict && strings.HasPrefix(q.route.Path, "/sq/{id}") {
		t.look = "/sq/" + id
	}
	return troubleBody(t, d.site.Contact, kept)
}

// lookup is a number that a person can read out on the telephone.
func lookup() string {
	b := make([]byte, 3)
	rand.Read(b) // never fails
	return fmt.Sprintf("%02X%02X-%02X", b[0], b[1], b[2])
}
