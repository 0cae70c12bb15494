// Package pinyin finds Chinese names by the initials of their pinyin: slf finds
// 森林法. A character with several readings is found by each.
package pinyin

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Marks are the possible initials of a text, character by character; what is
// neither a Han character nor a letter has none.
type Marks []uint32

// An Index remembers the initials of the characters it has seen.
type Index map[rune]uint32

// Of are the initials of a text in lower case.
func (ix Index) Of(text string) (all Marks) {
	for _, r := range text {
		m, ok := ix[r]
		if !ok {
			m = initial(r)
			ix[r] = m
		}
		if m != 0 {
			all = append(all, m)
		}
	}
	return all
}

// Spelt reports whether letters are the initials of a stretch of the text.
func (ms Marks) Spelt(letters string) bool {
next:
	for i := 0; i+len(letters) <= len(ms); i++ {
		for j := range len(letters) {
			if ms[i+j]&(1<<(letters[j]-'a')) == 0 {
				continue next
			}
		}
		return true
	}
	return false
}

// Letters reports whether a word can be initials: two letters or more, a to z.
func Letters(word string) bool {
	return len(word) > 1 && !strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' })
}

var readings = func() pinyin.Args {
	a := pinyin.NewArgs()
	a.Style, a.Heteronym = pinyin.FirstLetter, true
	return a
}()

// initial is the set of letters that a character's readings begin with.
func initial(r rune) (set uint32) {
	if r >= 'a' && r <= 'z' {
		return 1 << (r - 'a')
	}
	if !unicode.Is(unicode.Han, r) {
		return 0
	}
	for _, s := range pinyin.SinglePinyin(r, readings) {
		if s != "" && s[0] >= 'a' && s[0] <= 'z' {
			set |= 1 << (s[0] - 'a')
		}
	}
	return set
}
