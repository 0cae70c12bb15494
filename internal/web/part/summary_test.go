package part_test

import (
	"context"
	"strings"
	"testing"

	"yidan/internal/fault"
	"yidan/internal/web/part"
)

// What rests on different articles is told one by one; what rests on one, once.
func TestEveryFaultIsToldUnderItsOwnArticle(t *testing.T) {
	summary := func(fs ...*fault.Fault) string {
		f, _ := fault.As(fault.Join(fs...))
		var b strings.Builder
		ctx := part.With(context.Background(), part.Scene{Fault: f, Cite: func(rule string) string { a, _, _ := strings.Cut(rule, "."); return a }})
		if err := part.ErrorSummary().Render(ctx, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if s := summary(fault.On("a", "AE-5.1", "甲"), fault.On("b", "AE-5.2", "乙")); strings.Count(s, "AE-5<") != 1 || !strings.Contains(s, "依据：") {
		t.Error("one article, told otherwise than once:", s)
	}
	if s := summary(fault.On("a", "AE-5.1", "甲"), fault.On("b", "", "乙"), fault.On("c", "AE-8.1", "丙")); strings.Count(s, "AE-5<") != 1 || strings.Count(s, "AE-8<") != 1 || strings.Contains(s, "依据：") {
		t.Error("two articles, told as one:", s)
	}
}
