package catalog

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/statute"
)

// A Change is what is to become of one item. Without a text it is cancelled.
type Change struct {
	Code string // of the item; empty: a new one
	Base string // id of the text it was written against ([Version.TextID]); empty for a new item
	Text *Text
	From string // the day from which it holds; empty: the one on which its edition takes effect
}

// Permit keeps what was approved, and filed, until an edition issues it (DM-8.4,
// DM-8.5). A new item is given its code. cause is the case behind it; where a case
// permits twice, the later word counts.
func Permit(tx *db.Tx, cause string, ch Change, now time.Time) (code string, err error) {
	w, err := newWriter(tx, org.Actor{}, now)
	if err != nil {
		return "", err
	}
	c := change{code: ch.Code, text: ch.Text, base: ch.Base, cause: cause, from: ch.From}
	if ch.Code != "" {
		if err := tx.QueryRow(`SELECT id FROM items WHERE code = $1`, ch.Code).Scan(&c.item); err != nil {
			return "", fault.Absent()
		}
	}
	if err := w.permit(&c); err != nil {
		return "", err
	}
	return c.code, w.flush()
}

// Recall ends what a case was permitted and no edition has issued yet: it was sent
// back, and has to be permitted anew (DM-8.6).
func Recall(tx *db.Tx, cause string, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO recalls (approval_id, recalled_at) SELECT a.id, $2 FROM approvals a WHERE a.cause = $1
		AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.approval_id = a.id) AND NOT EXISTS (SELECT 1 FROM recalls r WHERE r.approval_id = a.id)`, cause, db.At(now))
	return err
}

// A Permitted change waits for its edition.
type Permitted struct {
	Cause, Item, Code string
	ApprovedOn        string
	change
}

// Text is what the item is to say; nil cancels it.
func (p Permitted) Text() *Text { return p.text }

// Base is the id of the text that it was written against.
func (p Permitted) Base() string { return p.base }

// From is the day from which it holds; empty: the day its edition takes effect.
func (p Permitted) From() string { return p.from }

// Waiting lists what is permitted and not issued yet, the last word of each case, by code.
func Waiting(tx *db.Tx) ([]Permitted, error) {
	last := map[string]Permitted{}
	err := db.Each(tx, func(r *sql.Rows) error {
		var p Permitted
		var body string
		if err := r.Scan(&p.approval, &p.Cause, &p.Item, &p.Code, &body, &p.ApprovedOn, &p.base, &p.from); err != nil {
			return err
		}
		p.item, p.code, p.cause = p.Item, p.Code, p.Cause
		if body != "" {
			p.text = new(Text)
			if err := json.Unmarshal([]byte(body), p.text); err != nil {
				return err
			}
		}
		last[p.Cause+"\n"+p.Item] = p
		return nil
	}, `SELECT a.id, a.cause, a.item_id, i.code, coalesce(t.body, ''), a.approved_on, a.base_id, a.from_on
		FROM approvals a JOIN items i ON i.id = a.item_id LEFT JOIN texts t ON t.id = a.text_id
		WHERE NOT EXISTS (SELECT 1 FROM recalls r WHERE r.approval_id = a.id)
		AND NOT EXISTS (SELECT 1 FROM versions v JOIN approvals b ON b.id = v.approval_id WHERE b.cause = a.cause AND b.item_id = a.item_id)
		ORDER BY a.id`)
	if err != nil {
		return nil, err
	}
	var all []Permitted
	for _, p := range last {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Permitted) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Cause, b.Cause)) })
	return all, nil
}

// waitingOf are the permitted changes of some cases, and those of the cases that wait
// for no edition: not permitted yet, sent back, or issued by another edition.
func waitingOf(tx *db.Tx, causes []string) (ps []Permitted, gone []string, err error) {
	all, err := Waiting(tx)
	for _, c := range causes {
		n := len(ps)
		for _, p := range all {
			if p.Cause == c {
				ps = append(ps, p)
			}
		}
		if len(ps) == n {
			gone = append(gone, c)
		}
	}
	return ps, gone, err
}

// issuedFor is what a case made an item say, where an edition has issued it.
func (b *Book) issuedFor(cause string) (*Version, bool) {
	for _, h := range b.items {
		for _, v := range h.versions {
			if v.Cause == cause {
				return v, true
			}
		}
	}
	return nil, false
}

// Findings say what keeps the permitted changes of some cases from being issued
// together: what waits for no edition, two changes of one item, a text that another edition has changed
// meanwhile, and every inconsistency that an import would be refused for (DM-2.1
// to DM-2.3). What the rest of the list has wrong does not stand in the way.
func (b *Book) Findings(tx *db.Tx, causes []string, now time.Time) ([]Flaw, error) {
	ps, gone, err := waitingOf(tx, causes)
	if err != nil {
		return nil, err
	}
	var all []Flaw
	for _, c := range gone {
		f := Flaw{Rule: "DM-8.6", Item: "选中的变更", Text: "有一件还没有批准备案，或者退回了。去掉它，重新选择"}
		if v, ok := b.issuedFor(c); ok {
			f.Item, f.Text = v.Code, fmt.Sprintf("这件变更已由第 %d 版印发。去掉它，重新选择", v.Edition)
		}
		all = append(all, f)
	}
	say := func(p Permitted, rule, format string, args ...any) {
		all = append(all, Flaw{Rule: rule, Item: p.Code, Text: fmt.Sprintf(format, args...)})
	}
	changed := map[string]Permitted{}
	for _, p := range ps {
		if _, twice := changed[p.Item]; twice {
			say(p, "DM-8.6", "%s 有两件变更。一版只印发一件，另一件留到下一版", p.Code)
			continue
		}
		changed[p.Item] = p
		if now, no := b.textNow(p.Item); now != p.base {
			say(p, "DM-8.6", "%s 已由第 %d 版改动，这件变更对照的是更早的内容。退回申请单位重新对照", p.Code, no)
		}
	}
	items, mine := b.after(changed, now)
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	c, err := newChecker(tx, dir, org.Day(now))
	if err != nil {
		return nil, err
	}
	clear(c.codes)
	for _, f := range c.check(items) {
		if mine[f.At] {
			f.Item = items[f.At].Code
			all = append(all, f)
		}
	}
	return all, nil
}

// Latest is what the last edition that touched an item made it say, in force yet or
// not: what the next change is written against. Nil where it cancelled the item.
func (b *Book) Latest(code string) *Version {
	v := b.lastOf(code)
	if v == nil || v.Text == nil {
		return nil
	}
	return v
}

// NotListed says why [Book.Latest] has nothing of a code: an edition has cancelled it,
// on a day that may be still to come, or it was never on the list.
func (b *Book) NotListed(code string) string {
	if v := b.lastOf(code); v != nil {
		return fmt.Sprintf("%s 已由第 %d 版取消，%s起不在清单。核对编码", code, v.Edition, calendar.SayDay(v.From))
	}
	return fmt.Sprintf("现行清单里没有编码 %s。核对编码", code)
}

func (b *Book) lastOf(code string) (last *Version) {
	if h := b.history(code); h != nil {
		for _, v := range h.versions {
			if last == nil || v.Edition > last.Edition {
				last = v
			}
		}
	}
	return last
}

// textNow is the id of the text that the last edition gave an item, and its number.
func (b *Book) textNow(item string) (id string, edition int64) {
	if v := b.lastOf(item); v != nil {
		id, edition = v.TextID(), v.Edition
	}
	return id, edition
}

// TextID is the digest under which a version's text is stored; empty where it cancels.
func (v *Version) TextID() string {
	if v.entry == nil {
		return ""
	}
	return v.entry.id
}

// after is the list as changes would leave it, and which of its items they touch.
func (b *Book) after(changed map[string]Permitted, now time.Time) (items []Item, mine map[int]bool) {
	mine = map[int]bool{}
	for _, v := range b.At(b.On(org.Day(now))) {
		if _, ok := changed[v.Item]; !ok {
			items = append(items, Item{Code: v.Code, Text: *v.Text})
		}
	}
	for _, p := range changed {
		if p.text != nil {
			mine[len(items)] = true
			items = append(items, Item{Code: p.Code, Text: *p.text})
		}
	}
	return items, mine
}

// IssueChanges issues the permitted changes of some cases as the next edition,
// all at once or none (DM-8.6).
func (b *Book) IssueChanges(tx *db.Tx, by org.Actor, causes []string, doc Issue, now time.Time) (e Edition, err error) {
	if len(causes) == 0 {
		return e, fault.Refuse("DM-8.6", "这一版没有变更，没有可印发的内容")
	}
	ps, _, err := waitingOf(tx, causes)
	if err != nil {
		return e, err
	}
	if err := CheckIssue(tx, doc, now); err != nil {
		return e, err
	}
	flaws, err := b.Findings(tx, causes, now)
	if err != nil {
		return e, err
	}
	if len(flaws) == 0 {
		err = b.overtaken(ps, doc)
	}
	if err != nil {
		return e, err
	}
	if len(flaws) > 0 {
		return e, fault.Refuse(flaws[0].Rule, "有 %d 处不一致，没有印发。第一处：%s", len(flaws), flaws[0])
	}
	changes := make([]change, len(ps))
	for i, p := range ps {
		changes[i] = p.change
	}
	return issue(tx, by, changes, doc, now)
}

// Text is a stored text by its id; nil where there is none.
func (b *Book) Text(id string) *Text {
	for _, e := range b.texts {
		if e.id == id {
			return &e.text
		}
	}
	return nil
}

// CheckItem says what keeps an item from reading so within the list of a day
// (DM-2.1 to DM-2.3). Column names the field a flaw is about: legal, lead, main …
func (b *Book) CheckItem(tx *db.Tx, it Item, now time.Time) (mine []Flaw, err error) {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	c, err := newChecker(tx, dir, org.Day(now))
	if err != nil {
		return nil, err
	}
	clear(c.codes)
	var items []Item
	for _, v := range b.At(b.On(org.Day(now))) {
		if v.Code != it.Code {
			items = append(items, Item{Code: v.Code, Text: *v.Text})
		}
	}
	for _, f := range c.check(append(items, it)) {
		if f.At == len(items) {
			mine = append(mine, f)
		}
	}
	return mine, nil
}

// Says reports whether a version says what a text says; which unit of the
// directory a name means does not matter.
func (v *Version) Says(t *Text) bool { return v.Text.plain() == t.plain() }

func (t *Text) plain() string {
	c := t.canonical()
	for i := range c.Departments {
		c.Departments[i].Unit = ""
	}
	for i := range c.Townships {
		c.Townships[i].Unit = ""
	}
	data, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts are plain data
	}
	return string(data)
}

// SameInstrument reports whether two titles mean one instrument: 《森林法》 is
// 《中华人民共和国森林法》.
func SameInstrument(a, b string) bool { return statute.ID(a) == statute.ID(b) }

// CheckIssue says what is wrong with the document by which changes are to be issued
// (DM-8.6). They are issued and then carried out (印发实施): none takes effect before
// its document. The first edition is entered as its document reads.
func CheckIssue(tx *db.Tx, doc Issue, now time.Time) error {
	if err := doc.check(tx, now); err != nil {
		return err
	}
	if doc.EffectiveOn < doc.IssuedOn {
		return fault.On("effective_on", "DM-8.6", "“施行日期”早于印发日期（%s）。清单印发以后才能实施。要更正已经印发的内容的，退回编办，由申请单位在申请里写明从哪天起", calendar.SayDay(doc.IssuedOn))
	}
	return nil
}

// overtaken names a change that would take effect before the text that it replaces:
// from that text's day on, nothing would be left of it.
func (b *Book) overtaken(ps []Permitted, doc Issue) error {
	for _, p := range ps {
		if v := b.lastOf(p.Item); v != nil && cmp.Or(p.from, doc.EffectiveOn) < v.From {
			return fault.On("effective_on", "DM-8.6", "%s 要替换的内容（第 %d 版）%s起才施行，这一版不能更早。改晚施行日期", p.Code, v.Edition, calendar.SayDay(v.From))
		}
	}
	return nil
}

// Registered reports whether the register of instruments knows a title (DM-2.1).
func Registered(tx *db.Tx, title string) (known bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM instruments WHERE id = $1)`, statute.ID(title)).Scan(&known)
	return known, err
}

// Leader is the unit of the department that leads an item, or takes it over; empty
// where no unit of the directory does.
func (t *Text) Leader() string {
	for _, d := range t.Departments {
		if d.Role == Lead || d.Role == TakesOver {
			return d.Unit
		}
	}
	return ""
}
