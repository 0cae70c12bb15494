package parameter

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// A Change is one value as it was typed.
type Change struct{ Key, Value string }

// Set changes one value from a day on. See [SetAll].
func Set(tx *db.Tx, a org.Actor, key, value, from, reason string, now time.Time) error {
	return SetAll(tx, a, []Change{{key, value}}, from, reason, now)
}

// SetAll changes values together from a day on (2006-01-02, today or later), so
// that weights can be moved against one another. Only the list office may. A
// term may be left empty: 未设时限, then nothing is overdue by it. The faults
// name the keys, "from" and "reason".
func SetAll(tx *db.Tx, a org.Actor, changes []Change, from, reason string, now time.Time) error {
	if !a.Holds(org.ListOffice) || a.Class != org.Business {
		return fault.Refuse("DM-4.1", "政策参数由区委编办设定，你现在的岗位不能修改")
	}
	vs, err := Load(tx)
	if err != nil {
		return err
	}
	from, faults := begins(from, now)
	if strings.TrimSpace(reason) == "" {
		faults = append(faults, fault.On("reason", "", "填写“修改原因”"))
	}
	next, moves, more := vs.with(changes, Entry{From: from, By: a.Person, Name: a.Name, At: now, Reason: strings.TrimSpace(reason)})
	faults = append(faults, more...)
	if err := fault.Join(faults...); err != nil {
		return err
	}
	if len(moves) == 0 {
		return fault.Refuse("", "与%s起的现行值相同，没有改变", from)
	}
	for _, m := range moves {
		if err := next.check(m.key, from); err != nil {
			return err
		}
	}
	for _, m := range moves {
		if err := insert(tx, a, m, now); err != nil {
			return err
		}
	}
	return nil
}

// A move is a change that really changes something.
type move struct {
	key, before string
	Entry
}

func begins(from string, now time.Time) (string, []*fault.Fault) {
	today := now.In(calendar.Zone).Format(time.DateOnly)
	day, err := form.ParseDate(from)
	switch {
	case err != nil:
		return "", []*fault.Fault{fault.On("from", "", "填写“生效日期”，例如 %s", today)}
	case day < today:
		return day, []*fault.Fault{fault.On("from", "DM-12.1", "“生效日期”应是今天（%s）或以后，已经过去的日子不再改变", today)}
	}
	return day, nil
}

// with is the values with the changes, and what of them really changes.
func (vs *Values) with(changes []Change, e Entry) (next *Values, moves []move, faults []*fault.Fault) {
	next = &Values{set: maps.Clone(vs.set)}
	for _, c := range changes {
		d := byKey[c.Key]
		switch {
		case d == nil:
			faults = append(faults, fault.On(c.Key, "", "没有“%s”这项参数", c.Key))
			continue
		case d.Fixed:
			faults = append(faults, fault.On(c.Key, d.rule(), "“%s”由%s规定，不能修改", d.Title, d.Source))
			continue
		}
		value, why := d.Read(c.Value)
		if why != "" {
			faults = append(faults, fault.On(c.Key, d.rule(), "%s", why))
			continue
		}
		if was := next.On(e.From).value(c.Key, d.Kind); was != value {
			e.Value = value
			moves = append(moves, move{c.Key, was, e})
			all := append(slices.Clone(next.set[c.Key]), e)
			slices.SortStableFunc(all, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.From, b.From), a.At.Compare(b.At)) })
			next.set[c.Key] = all
		}
	}
	return next, moves, faults
}

// rule is the demand that the value fills in.
func (d *Def) rule() string {
	if len(d.Rules) == 0 {
		return ""
	}
	return d.Rules[0]
}

func insert(tx *db.Tx, a org.Actor, m move, now time.Time) error {
	if _, err := tx.Exec(`INSERT INTO parameters (id, key, value, effective_on, set_by, set_name, set_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		db.NewID(), m.key, m.Value, m.From, m.By, m.Name, db.At(now), m.Reason); err != nil {
		return err
	}
	return audit.Append(tx, audit.Line{At: now, Person: a.Person, Name: a.Name, Unit: a.Unit, For: a.For, Action: "parameter.set", Object: "parameter:" + m.key,
		Detail: map[string]any{"before": m.before, "after": m.Value, "from": m.From, "reason": m.Reason}})
}

var unitWords = []struct{ word, unit string }{{"个工作日", calendar.WorkDay}, {"工作日", calendar.WorkDay}, {"分钟", calendar.Minute}, {"小时", calendar.Hour}, {"天", calendar.Day}, {"日", calendar.Day}}

const maxNumber = 366

// Read makes the stored text of what was typed, or says what to correct.
func (d *Def) Read(typed string) (value, why string) {
	typed = strings.ReplaceAll(strings.TrimSpace(width.Fold.String(typed)), " ", "")
	switch d.Kind {
	case Term:
		return d.readTerm(typed)
	case Number:
		n, err := strconv.ParseUint(typed, 10, 16)
		if err != nil || int(n) > d.bound() {
			return "", fmt.Sprintf("“%s”应是 0 到 %d 的整数", d.Title, d.bound())
		}
		return strconv.FormatUint(n, 10), ""
	case YesNo:
		if typed == "yes" || typed == "no" {
			return typed, ""
		}
		return "", fmt.Sprintf("“%s”选择是或否", d.Title)
	case Clock:
		if t, err := time.Parse("15:04", typed); typed == "24:00" || err == nil && len(typed) == 5 && t.Hour() >= 12 {
			return typed, ""
		}
		return "", fmt.Sprintf("“%s”写 24:00，或 12:00 以后的下班时间，例如 17:30", d.Title)
	}
	for _, o := range d.Choices {
		if o.Value == typed {
			return typed, ""
		}
	}
	return "", fmt.Sprintf("“%s”从列出的做法中选一个", d.Title)
}

func (d *Def) readTerm(typed string) (value, why string) {
	if typed == "" || typed == "未设时限" {
		if d.Must {
			return "", fmt.Sprintf("“%s”不能不设：%s", d.Title, d.Source)
		}
		return "", ""
	}
	for _, w := range unitWords {
		if n, ok := strings.CutSuffix(typed, w.word); ok {
			typed = n + w.unit
			break
		}
	}
	if strings.Trim(typed, "0123456789") == "" {
		typed += d.Units[0]
	}
	t, err := calendar.ParseTerm(typed)
	if err != nil || !slices.Contains(d.Units, t.Unit) || t.N < 1 || t.N > d.bound() {
		return "", fmt.Sprintf("“%s”写 1 到 %d 的整数，单位是%s；不设时限就留空", d.Title, d.bound(), d.unitText())
	}
	b, err := t.MarshalText()
	if err != nil {
		return "", err.Error()
	}
	return string(b), ""
}

func (d *Def) bound() int {
	if d.Max > 0 {
		return d.Max
	}
	return maxNumber
}

func (d *Def) unitText() string {
	var names []string
	for _, u := range d.Units {
		names = append(names, map[string]string{calendar.WorkDay: "工作日", calendar.Day: "天", calendar.Hour: "小时", calendar.Minute: "分钟"}[u])
	}
	return strings.Join(names, "、")
}

// A group is values that are checked together on every day on which one changes.
type group struct {
	keys  []string
	check func(InForce) (text, rule string)
}

// check tries the groups of a key on a day and on every later day of change.
func (vs *Values) check(key, from string) error {
	for _, g := range groups {
		if !slices.Contains(g.keys, key) {
			continue
		}
		days := []string{from}
		for _, k := range g.keys {
			for _, e := range vs.set[k] {
				if e.From > from {
					days = append(days, e.From)
				}
			}
		}
		slices.Sort(days)
		for _, day := range slices.Compact(days) {
			if text, rule := g.check(vs.On(day)); text != "" {
				return fault.On(key, rule, "%s起，%s", day, text)
			}
		}
	}
	return nil
}

func weightsMakeHundred(f InForce) (string, string) {
	a, b, c := f.Int("evaluation.weight.daily"), f.Int("evaluation.weight.review"), f.Int("evaluation.weight.served")
	if a+b+c == 100 {
		return "", ""
	}
	return fmt.Sprintf("日常纪实 %d%%、述职评议 %d%%、工作对象评价 %d%% 合计 %d%%，应为 100%%。三项一起修改", a, b, c, a+b+c), "EV-3.1"
}

func gradesDescend(f InForce) (string, string) {
	a, b, c := f.Int("evaluation.grade.excellent"), f.Int("evaluation.grade.good"), f.Int("evaluation.grade.fair")
	if a > b && b > c {
		return "", ""
	}
	return fmt.Sprintf("“优秀” %d 分、“良好” %d 分、“一般” %d 分应依次降低", a, b, c), "EV-4.3"
}

func legalityWithinReview(f InForce) (string, string) {
	office, legality := f.Term("review.office"), f.Term("review.legality")
	if office.None() || legality.N <= office.N {
		return "", ""
	}
	return fmt.Sprintf("合法性审核（%s）包含在编办审核（%s）之内，不能更长", legality, office), ""
}
