package document

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is how many bytes of UTF-8 a file name may have, so that every file
// system takes it, with room for a " (2)".
const maxName = 200

// reserved are names that Windows keeps for devices, whatever follows the dot.
var reserved = []string{"CON", "PRN", "AUX", "NUL", "CLOCK$"}

// CleanName makes of a name given from outside one that can be shown, stored in
// a header and saved on any system: no folders, no control or direction
// characters, no device names, not hidden, at most 200 bytes. What is left of
// nothing is 附件.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.Is(unicode.Zs, r):
			return ' '
		case !unicode.IsPrint(r): // controls, format and direction characters, private use
			return -1
		}
		return r
	}, norm.NFC.String(name))) // again: what stood between two characters is gone
	name = strings.Trim(name, " .")
	ext := path.Ext(name)
	if len(ext) > 20 {
		ext = ""
	}
	stem := strings.TrimRight(strings.TrimSuffix(name, ext), " .")
	if stem == "" {
		stem = "附件"
	}
	if device(stem) {
		stem = "_" + stem
	}
	for len(stem)+len(ext) > maxName {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
	return stem + ext
}

// device reports whether a name means a device on Windows.
func device(stem string) bool {
	first, _, _ := strings.Cut(strings.ToUpper(stem), ".")
	first = strings.TrimRight(first, " ")
	if slices.Contains(reserved, first) {
		return true
	}
	port, ok := strings.CutPrefix(first, "COM")
	if !ok {
		port, ok = strings.CutPrefix(first, "LPT")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.ContainsAny(port, "0123456789¹²³")
}

// Disposition is the value of Content-Disposition for a download: a name in
// ASCII for old readers and the whole name by RFC 5987 (RFC 6266).
func Disposition(name string) string {
	name = CleanName(name)
	var plain, coded strings.Builder
	for _, r := range name {
		if r < utf8.RuneSelf && r != '%' && r != '\\' {
			plain.WriteRune(r)
		} else {
			plain.WriteByte('_')
		}
	}
	for _, b := range []byte(name) {
		if b < utf8.RuneSelf && (b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || strings.IndexByte("!#$&+-.^_`|~", b) >= 0) {
			coded.WriteByte(b)
		} else {
			fmt.Fprintf(&coded, "%%%02X", b)
		}
	}
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain.String(), coded.String())
}
