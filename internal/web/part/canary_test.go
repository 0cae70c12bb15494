package part_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"yidan/internal/fault"
	"yidan/internal/web/part"
	"yidan/internal/web/part/specimen"
)

// canaries are texts that must stay texts wherever they stand.
var canaries = []string{
	`<script>alert(1)</script>`, `"><script>alert(1)</script>`, `'><script>alert(1)</script>`, `</script><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><img src=x onerror=alert(1)>`,
	`<svg onload=alert(1)>`, `</svg><script>alert(1)</script>`, `<svg><script>alert(1)</script></svg>`, `<body onload=alert(1)>`, `<iframe src=javascript:alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
	`javascript:alert(1)`, `JaVaScRiPt:alert(1)`, "java\tscript:alert(1)", ` javascript:alert(1)`, `data:text/html,<script>alert(1)</script>`, `vbscript:msgbox(1)`, `//evil.example/x`, `https://evil.example/`,
	`" onmouseover="alert(1)`, `' onmouseover='alert(1)`, `" autofocus onfocus=alert(1) x="`, "` onmouseover=alert(1)", `x onclick=alert(1)`, `" style="position:fixed`, `</title><script>alert(1)</script>`, `</textarea><script>alert(1)</script>`,
	`</style><script>alert(1)</script>`, `</option></select><script>alert(1)</script>`, `</td></tr></table><script>alert(1)</script>`, `<!--`, `-->`, `<![CDATA[x]]>`, `]]>`, `<?xml version="1.0"?>`, `<!DOCTYPE html>`, `<base href="//evil.example">`,
	`<meta http-equiv="refresh" content="0;url=//evil.example">`, `<link rel=stylesheet href=//evil.example>`, `<form action=//evil.example>`, `<input name=_token value=x>`, `<button formaction=//evil.example>x</button>`, `<object data=x>`, `<embed src=x>`, `<math><mtext><script>alert(1)</script></mtext></math>`,
	`&lt;script&gt;alert(1)&lt;/script&gt;`, `&#60;script&#62;`, `&quot;&gt;`, `%3Cscript%3E`, `\u003cscript\u003e`, `${alert(1)}`, `{{.}}`, `{% x %}`, `{ p.Say("x") }`, `<%= 1 %>`,
	`＜script＞alert(1)＜/script＞`, "\u202e<b>x</b>", `<plaintext>`, `<template><script>alert(1)</script></template>`, `<noscript><img src=x onerror=alert(1)></noscript>`, `=cmd|'/c calc'!A1`,
}

// skeleton is everything of a page that is not text: elements, attribute names, and where links lead.
func skeleton(t *testing.T, text string) (shape string, texts int) {
	t.Helper()
	page := specimen.Saying(text)
	f := &fault.Fault{Kind: fault.Invalid, Text: text, Rule: text, Fields: []fault.Field{{Name: "matter", Text: text}, {Name: "towns", Text: text}, {Name: "duties.0.unit", Text: text}, {Name: "files", Text: text}}}
	ctx := part.With(context.Background(), part.Scene{Token: text, Fault: f, Cite: func(string) string { return text }, Here: text})
	var b bytes.Buffer
	if err := part.Document(page.Frame(), page.Body()).Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	for n := range doc.Descendants() {
		if label := n.Data == "text" || n.Parent.Data == "text"; label && n.Type != html.CommentNode { // the drawing breaks and cuts its labels
			if n.Parent.Data == "text" && n.Type != html.TextNode {
				t.Errorf("%q: an element in a label: <%s>", text, n.Data)
			}
			continue
		}
		switch n.Type {
		case html.ElementNode:
			s.WriteString(n.Data)
			for _, a := range n.Attr {
				s.WriteString(" " + a.Key)
				switch a.Key {
				case "href", "src", "action", "formaction", "data-save":
					v := strings.ToLower(strings.TrimSpace(a.Val))
					if !strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "#") || strings.HasPrefix(v, "//") {
						t.Errorf("%q: <%s %s=%q> leads elsewhere", text, n.Data, a.Key, a.Val)
					}
				}
			}
			s.WriteString("\n")
		case html.TextNode:
			texts += strings.Count(n.Data, strings.TrimSpace(text))
			if r := []rune(text); len(r) > 16 { // the hint when a field is asked for cuts what it quotes
				texts += strings.Count(n.Data, "“"+string(r[:12])+"…”")
			}
		case html.CommentNode:
			t.Errorf("%q: a comment: %q", text, n.Data)
		}
	}
	return s.String(), texts
}

// Whatever a text says, the page has the same elements and attributes and shows
// the text as often (T06).
func TestMarkupStaysTextInEveryPart(t *testing.T) {
	want, n := skeleton(t, "平常的文字")
	if n < 150 {
		t.Fatalf("the specimen shows its text only %d times", n)
	}
	for _, c := range canaries {
		got, m := skeleton(t, c)
		if got != want {
			t.Errorf("%q changed the page", c)
		}
		if m != n {
			t.Errorf("%q is shown %d times, want %d", c, m, n)
		}
	}
	if len(canaries) < 60 {
		t.Errorf("only %d canaries", len(canaries))
	}
}
