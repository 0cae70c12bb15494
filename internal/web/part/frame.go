package part

import "fmt"

// A Frame is what stands around every page.
type Frame struct {
	Title    string // of the document: what the page is for, never a person's data
	District string // 郊区
	Who      *Who   // nil: nobody has signed in
	Nav      []Tab  // at most seven
	Crumbs   []Link // from the top down; the last is this page and has no address
	Edition  string // 现行清单 2026-2 · 郊办发〔2026〕9号
	Contact  string // whom to ask: 区委编办 0454-8000000
	Notice   *Notice
	Sheet    *Sheet // what print adds
	Narrow   bool   // one column of text: forms, notices
	Demo     bool   // says on every page that nothing here is real
	Back     int    // seconds after which the session ends; 0: no warning
}

// Who is acting.
type Who struct {
	Unit, Post string // 区委编办, 经办
	Todo       int    // 待办
	Others     bool   // holds another post to switch to
	Home       string // first page, where it is not the desk: an administrator's
}

// at is the post as the pill shows it; administrators act for no unit.
func (w Who) at() string {
	if w.Unit == "" {
		return w.Post
	}
	return w.Unit + " · " + w.Post
}

// A Tab is a link among equals; Here marks the one that is shown.
type Tab struct {
	Text, Href string
	Count      int
	Here       bool
}

// A Sheet is what a printed page says about itself.
type Sheet struct {
	Number string // 准入〔2026〕017
	By, At string // who printed it and when
	State  string // 截至 2026年11月24日 14:31
}

// A Head opens a page. Tags and actions are children.
type Head struct{ Title, Lead string }

// A Tone tells what kind of message a notice is. It has words of its own, so colour is never alone.
type Tone string

const (
	Good Tone = "good" // done
	Note Tone = "note" // to know
	Care Tone = "care" // to mind
)

// A Notice stands on top of a page: a receipt, a reminder.
type Notice struct {
	Tone        Tone
	Title, Text string
	Link        Link
	Quiet       bool // no heading of its own
}

func (f Frame) title(bad bool) string {
	t := f.Title
	if bad {
		t = "错误：" + t
	}
	return t + " · 依单"
}

// Count is a figure as pages show it: more than 999 reads 999+.
func Count(n int) string {
	if n > 999 {
		return "999+"
	}
	return fmt.Sprint(n)
}
