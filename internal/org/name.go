package org

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// twins are characters that look like another one in print and that no
// compatibility form brings together.
var twins = strings.NewReplacer(
	"—", "一", "–", "一", "－", "一", "-", "一", "‐", "一", "―", "一", "ー", "一", "ㄧ", "一", "─", "一",
	"〇", "0", "○", "0", "o", "0", "о", "0", "ο", "0",
	"曰", "日", "囗", "口", "亼", "入", "冂", "门",
	"а", "a", "е", "e", "с", "c", "р", "p", "х", "x", "у", "y", "і", "i", "ѕ", "s", "к", "k", "м", "m", "т", "t", "в", "b", "н", "h",
	"α", "a", "ε", "e", "ρ", "p", "χ", "x", "ι", "i", "κ", "k", "μ", "m", "τ", "t", "β", "b", "η", "h",
	"l", "1", "i", "1", "|", "1",
)

// skeleton is what names that look alike share: compatibility forms folded,
// nothing invisible, no spaces, look-alikes as one. Never shown.
func skeleton(name string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r), unicode.IsControl(r), r == 0x3164, r == 0x115F, r == 0x1160:
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(name))
	s = twins.Replace(s)
	return twins.Replace(s) // a look-alike of a look-alike: Cyrillic і is i is 1
}

// plain reports whether a name consists of what names of units consist of.
func plain(name string) bool {
	for _, r := range name {
		if !unicode.Is(unicode.Han, r) && !(r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r))) && !strings.ContainsRune("（）()·、-—《》“” ", r) {
			return false
		}
	}
	return true
}

// login is what can be typed and read out without doubt.
var login = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{2,31}$`)

// Login is a login as it is stored: full-width forms and capitals folded.
func Login(s string) string {
	return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
}

// Masked is a telephone number as it is shown: 138****5678, 0454-8****12.
func Masked(phone string) string {
	switch n := len(phone); {
	case n < 7:
		return strings.Repeat("*", n)
	case strings.Contains(phone, "-"):
		area, rest, _ := strings.Cut(phone, "-")
		if len(rest) < 4 {
			return area + "-****"
		}
		return area + "-" + rest[:1] + "****" + rest[len(rest)-2:]
	default:
		return phone[:3] + "****" + phone[n-4:]
	}
}

var (
	inBrackets = regexp.MustCompile(`[（(][^（()）]*[)）]`)
	ofSeat     = regexp.MustCompile(`(人民政府|党委|党工委|街道办事处|办事处)$`)
	ofLevel    = regexp.MustCompile(`^(?:\p{Han}{1,5}?)??(区|县|市)`)
	ofOrgan    = regexp.MustCompile(`^(?:\p{Han}{1,5}?)??(区|县|市)(?:委|政府|人民政府|纪委|监委)`)
)

// cores are the ways in which a list may name a unit, as given first: without
// （…）, without the district's own name or level before it, without what a
// township's seat is called. level is 区, 县 or 市 where it is known: in a 区,
// 市水利局 is the superior and not ours.
func cores(name, level string) (all []string) {
	add := func(s string) {
		s = strings.TrimSpace(s)
		for _, t := range []string{s, seat(s)} {
			if k := skeleton(t); k != "" {
				all = append(all, k)
			}
		}
	}
	bare := inBrackets.ReplaceAllString(name, "")
	add(name)
	add(bare)
	for rest := bare; ; {
		m := ofLevel.FindStringSubmatch(rest)
		if m == nil || rest == m[0] {
			break
		}
		rest = rest[len(m[0]):]
		if m[1] != "市" || level == "市" || level == "" { // else a city's name before its district's
			add(rest)
		}
	}
	return all
}

// seat is a township without the name of its office: 城关镇人民政府 is 城关镇,
// 站前街道办事处 is 站前街道.
func seat(s string) string {
	m := ofSeat.FindString(s)
	if m == "" || len(m) == len(s) {
		return s
	}
	rest := s[:len(s)-len(m)]
	if strings.HasPrefix(m, "街道") {
		return rest + "街道"
	}
	if last := []rune(rest); !strings.ContainsRune("乡镇道", last[len(last)-1]) {
		return s // 区党委 is not 区
	}
	return rest
}

// address is a mail address.
var address = regexp.MustCompile(`^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
