package session

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// Rules are what the policy administrator may tighten (GB/T 22239-2019 8.1.4.1).
type Rules struct {
	Rotate   int      `json:"rotate"`   // days after which a password has to be changed
	Idle     int      `json:"idle"`     // minutes without a request
	Absolute int      `json:"absolute"` // hours from signing in
	Tries    int      `json:"tries"`    // failures that lock an account for a source
	Lock     int      `json:"lock"`     // minutes: how long, and within which the failures count
	History  int      `json:"history"`  // former passwords that cannot be used again
	Words    []string `json:"words"`    // weak besides the built-in ones: the district's name
}

// Defaults hold until the policy administrator sets others.
var Defaults = Rules{Rotate: 90, Idle: 30, Absolute: 10, Tries: 5, Lock: 15, History: 5}

// bounds keep the rules from being loosened below what the standard asks for.
var bounds = []struct {
	name, text string
	of         func(*Rules) int
	min, max   int
}{
	{"rotate", "定期更换密码的天数", func(r *Rules) int { return r.Rotate }, 30, 180},
	{"idle", "没有操作自动退出的分钟数", func(r *Rules) int { return r.Idle }, 5, 30},
	{"absolute", "一次登录最长的小时数", func(r *Rules) int { return r.Absolute }, 1, 10},
	{"tries", "锁定前允许输错的次数", func(r *Rules) int { return r.Tries }, 3, 5},
	{"lock", "锁定的分钟数", func(r *Rules) int { return r.Lock }, 15, 1440},
	{"history", "不能重复使用的旧密码个数", func(r *Rules) int { return r.History }, 5, 24},
}

// RulesNow are the rules in force.
func RulesNow(tx *db.Tx) (Rules, error) {
	r := Defaults
	var body string
	err := tx.QueryRow(`SELECT body FROM session_rules ORDER BY set_at DESC, id DESC LIMIT 1`).Scan(&body)
	if errors.Is(err, db.ErrNoRows) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &r)
	}
	return r, err
}

// SetRules changes the rules, by a policy administrator; sessions that are open
// keep the lives they began with.
func SetRules(tx *db.Tx, by org.Actor, r Rules, now time.Time) error {
	if err := org.Only(by, org.Policy, now, "session.rules", ""); err != nil {
		return err
	}
	var fs []*fault.Fault
	for _, b := range bounds {
		if n := b.of(&r); n < b.min || n > b.max {
			fs = append(fs, fault.On(b.name, "", "“%s”应在 %d 到 %d 之间", b.text, b.min, b.max))
		}
	}
	words := r.Words
	r.Words = nil
	for _, w := range words {
		w = form.Clean(w)
		switch n := utf8.RuneCountInString(w); {
		case n == 1 || n > 20 || len(words) > 100:
			fs = append(fs, fault.On("words", "", "不得用作密码的词每个 2 到 20 字，最多 100 个"))
		case n > 1:
			r.Words = append(r.Words, strings.ToLower(w))
		}
	}
	if err := fault.Join(fs...); err != nil {
		return err
	}
	old, err := RulesNow(tx)
	if err != nil {
		return err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO session_rules (id, body, set_by, set_at) VALUES ($1, $2, $3, $4)`, db.NewID(), string(body), by.Person, db.At(now)); err != nil {
		return err
	}
	return note(tx, by, now, "session.rules", "", map[string]any{"before": old, "after": r})
}
