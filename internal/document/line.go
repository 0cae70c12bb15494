package document

import (
	"strings"
	"unicode"
)

// Characters that begin no line and those that end none (GB/T 15834).
const (
	noStart = "。，、；：？！）》」』〉】〕〗”’…—·％℃,.;:?!)]}%"
	noEnd   = "（《「『〈【〔〖“‘([{"
)

// breakLines sets text in lines of a width, the first line of each paragraph
// shorter by indent. Words of Latin letters and digits stay whole unless one is
// longer than a line. An empty paragraph is an empty line.
func breakLines(text string, width, indent float64, advance func(rune) float64) (lines []string) {
	for para := range strings.SplitSeq(tidy(text), "\n") {
		rs := []rune(para)
		room := width - indent
		for {
			n := fit(rs, room, advance)
			lines = append(lines, strings.TrimRight(string(rs[:n]), " "))
			rs = rs[n:]
			for len(rs) > 0 && rs[0] == ' ' { // the line break stands for it
				rs = rs[1:]
			}
			if len(rs) == 0 {
				break
			}
			room = width
		}
	}
	return lines
}

// tidy leaves nothing that a line cannot show.
func tidy(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\u00a0':
			return ' '
		case r == unicode.ReplacementChar, unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// fit is how many runes go on a line of a width; at least one, if there is any.
func fit(rs []rune, width float64, advance func(rune) float64) int {
	const slack = 1e-6
	n, used := 0, 0.0
	for n < len(rs) {
		used += advance(rs[n])
		if used > width+slack && rs[n] != ' ' {
			break
		}
		n++
	}
	if n == len(rs) {
		return n
	}
	for i := n; i > 0; i-- {
		if mayBreak(rs[i-1], rs[i]) {
			return i
		}
	}
	return max(n, 1)
}

// mayBreak reports whether a line may end between two characters.
func mayBreak(a, b rune) bool {
	switch {
	case strings.ContainsRune(noStart, b), strings.ContainsRune(noEnd, a):
		return false
	case inWord(a) && inWord(b):
		return false
	}
	return true
}

func inWord(r rune) bool {
	return r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_/.@&=+#", r))
}
