package form

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var dateText = regexp.MustCompile(`^(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)$`)

// ErrDate reports a text that is no day, or not one day only.
var ErrDate = errors.New("form: not a date")

// SayDate is a day (2006-01-02) as people and papers write it: 2026年9月1日. What is no
// day stays as it is.
func SayDate(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2006年1月2日")
}

// ParseDate reads a day as people write it (2026-11-23, 2026/11/23, 2026.11.23,
// 2026年3月5日, digits of either width) and gives its one form, 2006-01-02.
func ParseDate(s string) (string, error) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '－':
			return '-'
		case r == '／':
			return '/'
		case r == '．':
			return '.'
		}
		return r
	}, strings.ReplaceAll(s, " ", ""))
	m := dateText.FindStringSubmatch(s)
	if m == nil {
		return "", ErrDate
	}
	var n []int
	for _, x := range m[1:] {
		if x != "" {
			i, _ := strconv.Atoi(x)
			n = append(n, i)
		}
	}
	day := fmt.Sprintf("%04d-%02d-%02d", n[0], n[1], n[2])
	if _, err := time.Parse(time.DateOnly, day); err != nil || n[0] < 1949 || n[0] > 2199 {
		return "", ErrDate
	}
	return day, nil
}
