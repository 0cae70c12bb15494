// Package part is what pages are made of: the frame around them, and the parts
// that appear on more than one. A part decides nothing and asks nobody: it shows
// the struct it is given, complete without script, with words beside every colour.
//
// Every class and every text a part needs is in this package: its templates, its
// style sheet and its one small script (folder asset), so that nothing outside
// has to know how a part looks.
package part

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/db"
	"yidan/internal/fault"
)

// Addresses that parts link to on their own.
const (
	Desk    = "/gzt"     // 工作台
	SignIn  = "/dl"      // 登录
	SignOut = "/tc"      // 退出 (POST)
	Switch  = "/qh"      // 切换职务
	Self    = "/wo"      // 我的账号
	Find    = "/cz"      // 查找: ?q=
	Help    = "/bz"      // 帮助
	Article = "/bz/fa/"  // an article's text, by rule id
	Large   = "/dz"      // 大字: ?on=1&to=
	Assets  = "/static/" // style sheet, script, mark
)

// Names of the hidden fields in every form.
const (
	TokenName  = "_token"    // proves that the form came from our page
	SubmitName = "submit_id" // proves that it is sent for the first time
	AddName    = "_add"      // pressed: one more row in the field it names
	DropName   = "_drop"     // pressed: without the row it names, such as duties.2
)

// A Scene is what any part may need to know about the page it is on. It travels
// in the context, so that no form can forget its token.
type Scene struct {
	Token string                    // of the session
	Fault *fault.Fault              // what was wrong with what was sent; nil when nothing was sent
	Cite  func(rule string) string  // an article in words: 准入准出办法 第五条
	Large bool                      // large print
	Here  string                    // address of this page, path and query
	More  string                    // the Rows field that was asked for one more row
	At    func(field string) string // the page of a field that does not stand on this one; nil: all do
}

type sceneKey struct{}

// With puts a scene into a context.
func With(ctx context.Context, s Scene) context.Context {
	return context.WithValue(ctx, sceneKey{}, s)
}

func scene(ctx context.Context) Scene {
	s, _ := ctx.Value(sceneKey{}).(Scene)
	return s
}

// wrong is what the fault of the page says about a field.
func wrong(ctx context.Context, name string) string {
	f := scene(ctx).Fault
	if f == nil {
		return ""
	}
	for _, x := range f.Fields {
		if x.Name == name {
			return x.Text
		}
	}
	return ""
}

// cite is an article in words; its id when nobody knows better.
func cite(ctx context.Context, rule string) string {
	if c := scene(ctx).Cite; c != nil {
		if text := c(rule); text != "" {
			return text
		}
	}
	return rule
}

// oneArticle reports that all that is wrong rests on the same article, or on none.
func oneArticle(ctx context.Context, f *fault.Fault) bool {
	return !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return cite(ctx, x.Rule) != cite(ctx, f.Rule) })
}

// submitID is a fresh one-time number for a form.
func submitID() string { return db.NewID() }

// fieldID is the element that an error summary leads to.
func fieldID(name string) string { return "f-" + strings.ReplaceAll(name, ".", "-") }

// fieldHref leads to a field, on this page or on its own.
func fieldHref(ctx context.Context, name string) templ.SafeURL {
	page := ""
	if at := scene(ctx).At; at != nil {
		page = at(name)
	}
	return href(page + "#" + fieldID(name))
}

// A Link leads somewhere.
type Link struct{ Text, Href string }

// href makes an address of a text; templ refuses what is no web address.
func href(s string) templ.SafeURL { return templ.URL(s) }

// FieldID is the element of a field, for links that lead to it from another page.
func FieldID(name string) string { return fieldID(name) }
