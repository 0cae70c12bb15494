package form_test

import (
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/form"
)

// A day is read as what people mean, or not at all.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-23", "２０２６－０３－０５", "2026年3月5日", "2026/1/3", "2026.01.03", "2026-02-30", "0001-01-01", "9999-12-31", "2026-11-23T00:00:00+08:00", "\xff", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		day, err := form.ParseDate(s)
		if err != nil {
			if day != "" {
				t.Errorf("%q: refused and read as %q", s, day)
			}
			return
		}
		if d, err := time.Parse(time.DateOnly, day); err != nil || d.Year() < 1949 || d.Year() > 2199 {
			t.Errorf("%q: read as %q", s, day)
		}
		if again, err := form.ParseDate(day); err != nil || again != day {
			t.Errorf("%q: %q read again is %q, %v", s, day, again, err)
		}
	})
}

// What is kept of a text is the same however often it is cleaned, is whole
// characters in one normal form, and never turns the reading direction.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"　河道巡查\u200b ", "𠮷田👨‍👩‍👧", "e\u0301", "\u202eabc", "a\x00b", "\xed\xa0\x80", "一\r\n二\r三", "\u200d", "\ufe0f", "A\u030a\u200b\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := form.Clean(s)
		switch {
		case !utf8.ValidString(got) || !norm.NFC.IsNormalString(got):
			t.Errorf("%q: kept as %q, which is not normal", s, got)
		case form.Clean(got) != got:
			t.Errorf("%q: %q cleaned again is %q", s, got, form.Clean(got))
		}
		for _, r := range got {
			if r == 0 || r == '\r' || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("%q: kept %U", s, r)
			}
		}
	})
}
