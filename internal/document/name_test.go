package document

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// T13 of the open test catalogue.
func TestFileNamesAreTamed(t *testing.T) {
	for given, want := range map[string]string{
		"会议纪要.pdf":                     "会议纪要.pdf",
		"../../etc/passwd":             "passwd",
		`..\..\windows\system32\a.pdf`: "a.pdf",
		"a\x00b.pdf":                   "ab.pdf",
		"CON":                          "_CON",
		"con.pdf":                      "_con.pdf",
		"CON .pdf":                     "_CON.pdf",
		"com1.txt":                     "_com1.txt",
		"COM¹.txt":                     "_COM¹.txt",
		"company.txt":                  "company.txt",
		"\u202egpj.exe.pdf":            "gpj.exe.pdf",
		`他说"好".pdf`:                    "他说_好_.pdf",
		"a\r\nSet-Cookie: x=1.pdf":     "aSet-Cookie_ x=1.pdf",
		".htaccess":                    "htaccess",
		"...":                          "附件",
		"   ":                          "附件",
		" a . pdf ":                    "a. pdf",
		"":                             "附件",
		"a\u00a0b\u3000c.txt":          "a b c.txt",
		"e\u0301.txt":                  "é.txt",
		"坏\xff字节.pdf":                  "坏_字节.pdf",
		"表.pdf.":                       "表.pdf",
	} {
		if got := CleanName(given); got != want {
			t.Errorf("CleanName(%q) = %q, want %q", given, got, want)
		}
	}
	long := CleanName(strings.Repeat("责", 300) + ".docx")
	if len(long) > maxName || !strings.HasSuffix(long, "责.docx") {
		t.Errorf("%d bytes: %s", len(long), long)
	}
}

func TestADownloadNameParsesToOneName(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("a.\"\\/\r\n\x00;=%'*责 \u202e😀COM1")))).Draw(t, "name")
		clean := CleanName(given)
		if clean != CleanName(clean) {
			t.Fatalf("%q, cleaned twice: %q", clean, CleanName(clean))
		}
		if !utf8.ValidString(clean) || clean == "" || len(clean) > maxName || strings.ContainsAny(clean, "/\\\"\r\n\x00") || clean[0] == '.' {
			t.Fatalf("%q", clean)
		}
		h := Disposition(given)
		if strings.ContainsAny(h, "\r\n\x00") {
			t.Fatalf("header %q", h)
		}
		kind, params, err := mime.ParseMediaType(h)
		if err != nil || kind != "attachment" || len(params) != 1 || params["filename"] != clean {
			t.Fatalf("%q reads as %q %v %v", h, kind, params, err)
		}
	})
}
