package session

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/emmansun/gmsm/sm3"
	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// cost is for two cores: one and a half tenths of a second and 64 MiB a try.
var cost = &argon2id.Params{Memory: 64 * 1024, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// kilns are how many passwords are hashed at once; the rest wait their turn
// rather than take memory.
var kilns = make(chan struct{}, 2)

func turn(ctx context.Context, f func() error) error {
	select {
	case kilns <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-kilns }()
	return f()
}

// Hash is a password as it is stored.
func Hash(ctx context.Context, password string) (hash string, err error) {
	err = turn(ctx, func() (err error) { hash, err = argon2id.CreateHash(folded(password), cost); return err })
	return hash, err
}

// matches compares a password with a hash; with none it takes as long and says no.
func matches(ctx context.Context, password, hash string) (ok bool, err error) {
	known := hash != ""
	if !known {
		hash = nobody
	}
	if utf8.RuneCountInString(password) > longest {
		password = ""
	}
	err = turn(ctx, func() (err error) { ok, err = argon2id.ComparePasswordAndHash(folded(password), hash); return err })
	return ok && known, err
}

// nobody is what a hash looks like, of no password.
var nobody = likeness(cost)

func likeness(p *argon2id.Params) string {
	b := make([]byte, p.SaltLength+p.KeyLength)
	rand.Read(b) // never fails
	e := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", p.Memory, p.Iterations, p.Parallelism, e.EncodeToString(b[:p.SaltLength]), e.EncodeToString(b[p.SaltLength:]))
}

// folded makes two ways of typing the same characters one password.
func folded(password string) string { return norm.NFKC.String(password) }

// digest is how random secrets are stored.
func digest(secret string) string {
	sum := sm3.Sum([]byte(secret))
	return hex.EncodeToString(sum[:])
}

const (
	shortest = 12
	longest  = 128
)

// weak are what people choose first; the district's own words come on top.
var weak = []string{
	"password", "passw0rd", "p@ssw0rd", "p@ssword", "qwertyuiop", "qwerty", "asdfgh", "zxcvbn", "1qaz", "2wsx", "3edc", "qazwsx", "administrator", "admin", "root", "guest", "test", "user", "login",
	"welcome", "letmein", "iloveyou", "woaini", "5201314", "1314520", "520", "888", "666", "abc", "123", "yidan", "lvzhi", "qingdan", "xiangzhen", "bianban", "zhengfu", "mima", "依单", "密码", "清单", "编办", "政府",
}

// judge says what is wrong with a new password: length, kinds of characters,
// words that are tried first. personal are login, name and the like.
func judge(tx *db.Tx, password string, rules Rules, personal ...string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return fault.On("new", "", "“新密码”只能用看得见的字符和空格")
	case n < shortest:
		return fault.On("new", "", "“新密码”至少 %d 位，现在 %d 位", shortest, n)
	case n > longest:
		return fault.On("new", "", "“新密码”最多 %d 位，现在 %d 位", longest, n)
	case kindsOf(password) < 3:
		return fault.On("new", "", "“新密码”应包含大写字母、小写字母、数字、其他字符中的三种")
	}
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return err
	}
	words := slices.Concat(weak, rules.Words, personal)
	for _, u := range dir.Every() {
		words = append(words, u.Name, u.Short)
	}
	if rest := strength(password, words); rest < 6 {
		return fault.On("new", "", "“新密码”太容易猜到：去掉单位名称、账号、常用词、年份和连续的字符以后只剩 %d 位，至少 6 位", rest)
	}
	return nil
}

// kindsOf counts capitals, small letters, digits and all else.
func kindsOf(password string) int {
	var upper, lower, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}

var year = regexp.MustCompile(`(19|20)[0-9]{2}`)

// strength is how many characters are left once words, their pinyin, years, rows
// and repetitions are taken out.
func strength(password string, words []string) int {
	s := strings.ToLower(folded(password))
	var all []string
	for _, w := range words {
		if w = strings.ToLower(folded(w)); utf8.RuneCountInString(w) < 2 {
			continue
		}
		all = append(all, w)
		if p := strings.Join(pinyin.LazyConvert(w, nil), ""); len(p) > 3 {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) }) // the longest first: what is left of it is not a word
	for _, w := range all {
		s = strings.ReplaceAll(s, w, "\x00")
	}
	s = year.ReplaceAllString(s, "\x00")
	n, run := 0, []rune{}
	for _, r := range s + "\x00" {
		if k := len(run); k > 0 && r != 0 && (r == run[k-1] || r == run[k-1]+1 || r == run[k-1]-1) {
			run = append(run, r)
			continue
		}
		n += min(len(run), 2) // of a row such as 2345 or aaaa two count
		run = run[:0]
		if r != 0 {
			run = append(run, r)
		}
	}
	return n
}
