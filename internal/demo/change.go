package demo

import (
	"fmt"
	"strings"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/statute"
)

// Subjects of tales about the list itself: what happens to an item, and editions.
const (
	aChange  = "change"
	aRemoval = "removal"
	anIssue  = "edition"
	aLaw     = "law" // what the list rests on is changed
)

// ofTheList reports that a tale is about the list and needs no matter of its own.
func (t *tale) ofTheList() bool {
	return t.subject == aChange || t.subject == aRemoval || t.subject == anIssue || t.subject == aLaw
}

// changeLaw notes what happened to a rule and opens what follows: that day, or in
// so many days where the line says so.
func (p *play) changeLaw(tx *db.Tx, a act) error {
	by, err := p.Actor(tx, a.login, a.at)
	if err != nil {
		return err
	}
	reg, err := statute.Load(tx)
	if err != nil {
		return err
	}
	happened := statute.Account{On: a.day, Note: a.words}
	if err := fill(&happened, a.fields); err != nil {
		return err
	}
	if happened.On != a.day {
		happened.On = p.dayAfter(happened.On)
	}
	happened.Number = strings.Replace(happened.Number, "今年", fmt.Sprint(a.at.Year()), 1)
	cs, err := reg.Changes(statute.ID(a.tale.form["title"]), happened)
	if err != nil {
		return err
	}
	im, err := regulation.RecordChanges(tx, &p.books, regulation.OpenTriggers, by, cs, a.at)
	if err == nil && happened.On == a.day {
		p.changed[a.tale.key] = append(p.changed[a.tale.key], regulation.Source(im.Changes[0]))
	}
	return err
}

// answer has an application answer what the change of a law asks of its unit.
func (p *play) answer(tx *db.Tx, x *adjustment.Change, law, unit string) error {
	for _, source := range p.changed[law] {
		ts, err := adjustment.From(tx, source)
		if err != nil {
			return err
		}
		for _, t := range ts {
			for _, d := range t.Duties {
				if d.Code == x.Code && d.Unit == unit {
					return adjustment.Answer(tx, x, d.Ref(), unit)
				}
			}
		}
	}
	return fmt.Errorf("%s asks nothing about %s", law, x.Code)
}

// openChange starts a case about the list: an application about the item of a
// code, filled in from what the item says, or the draft of an edition.
func (p *play) openChange(tx *db.Tx, a act, by org.Actor) (string, error) {
	book, err := catalog.Load(tx)
	if err != nil {
		return "", err
	}
	v := book.Latest(a.tale.form["code"])
	name := map[string]string{aChange: "adjustment", aRemoval: "removal", anIssue: "edition"}[a.tale.subject]
	phone := p.unitPhone(tx, by.Unit)
	return p.store.OpenIn(tx, name, by, a.at, func(tx *db.Tx, form any) error {
		switch x := form.(type) {
		case *adjustment.Change:
			if v == nil {
				return fmt.Errorf("no item %q", a.tale.form["code"])
			}
			x.Fill(v)
			x.Kind, x.Contact, x.Phone = a.tale.form["kind"], "综合科", phone
			x.HappenedOn = p.workdaysAgo(a.tale.form["happened"])
			x.Evidence = p.evidence(a, v, x.HappenedOn)
			if law := a.tale.form["of"]; law != "" {
				if err := p.answer(tx, x, law, by.Unit); err != nil {
					return err
				}
			}
			x.Reason = a.words
			x.Demonstrations = p.demonstrated(a)
		case *adjustment.Removal:
			x.Fill(v)
			x.Reason, x.Contact, x.Phone = a.words, "综合科", phone
			x.Evidence = p.evidence(a, v, p.workdaysAgo(a.tale.form["happened"]))
			x.Demonstrations = p.demonstrated(a)
		case *adjustment.Edition:
			x.Title = a.words
			for key := range strings.SplitSeq(a.tale.form["cases"], ",") {
				x.Cases = append(x.Cases, p.opened[key])
			}
		}
		return fill(form, a.fields)
	})
}

// demonstrated is how the unit that applies has demonstrated what it asks for.
func (p *play) demonstrated(a act) []adjustment.Demonstration {
	return []adjustment.Demonstration{{On: a.day, Who: "本单位业务科、法规科，两个乡镇（街道）代表", Findings: a.words}}
}

// evidence is the ground that a tale names: the item's first basis was amended, or
// a decision of the district.
func (p *play) evidence(a act, v *catalog.Version, on string) adjustment.Evidence {
	if a.tale.form["ground"] == adjustment.ByDecision {
		return adjustment.Evidence{Grounds: []string{adjustment.ByDecision}, Level: "district", DecisionOf: "关于进一步为基层减负的决定", DecisionNo: fmt.Sprintf("郊政发〔%d〕7号", a.at.Year())}
	}
	b := v.Bases()[0]
	return adjustment.Evidence{Grounds: []string{adjustment.ByLaw}, Instrument: b.Title, Article: b.Article, Event: "amended", EventOn: on}
}

func (p *play) unitPhone(tx *db.Tx, unit string) string {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return ""
	}
	u, _ := dir.Unit(unit)
	return u.Phone
}

// workdaysAgo is a day so many working days before now.
func (p *play) workdaysAgo(n string) string {
	var days int
	fmt.Sscan(n, &days)
	sum, err := p.cal.Add(p.now.In(calendar.Zone).Format(time.DateOnly), -days)
	if err != nil {
		return ""
	}
	return sum.Day
}

// usualOfTheList fills in the sheets of adjustments with what is usual.
func (p *play) usualOfTheList(_ *casework.Case, data any, a act) {
	switch d := data.(type) {
	case *approval.LegalCheck:
		*d = approval.LegalCheck{Subject: "yes", Authority: "yes", Procedure: "yes", Burden: "yes", Conflict: "yes"}
	case *adjustment.Demonstration:
		*d = adjustment.Demonstration{On: a.day, Who: "区委编办、区司法局、有关部门和乡镇（街道）", Findings: a.words}
	case *catalog.Issue:
		p.spoken["issue"]++
		*d = catalog.Issue{Number: fmt.Sprintf("郊办发〔%d〕%d号", a.at.Year(), 20+p.spoken["issue"]), IssuedOn: a.day, EffectiveOn: a.day}
	}
}

// beginTriggers opens what the list calls for just now: one duty near its end, one
// past it, one that nobody but the list office minds.
func (p *play) beginTriggers(tx *db.Tx) error {
	book, err := catalog.Load(tx)
	if err != nil {
		return err
	}
	by, err := p.Actor(tx, "bianban", p.now)
	if err != nil {
		return err
	}
	for _, t := range []struct {
		ago         int
		kind, event string
		codes       []string
		advice      string
	}{
		{14, "function", "机构职能调整文件明确古树名木保护的部门分工", []string{"P010"}, "adjust"},
		{8, "decision", "区政府决定规范无障碍环境建设中的乡镇（街道）职责", []string{"P011"}, "adjust"},
		{2, "report", "乡镇（街道）反映生猪屠宰监督管理的配合责任不清", []string{"P012"}, "check"},
	} {
		on := p.workdaysAgo(fmt.Sprint(t.ago))
		at, err := time.ParseInLocation("2006-01-02 15:04", on+" 10:20", calendar.Zone)
		if err != nil {
			return err
		}
		x := adjustment.Trigger{Kind: t.kind, Event: t.event, HappenedOn: on}
		for _, code := range t.codes {
			v := book.Latest(code)
			if v == nil {
				return fmt.Errorf("no item %q", code)
			}
			x.Duties = append(x.Duties, adjustment.Duty{Code: code, Matter: v.Name, Unit: v.Leader(), Advice: t.advice})
		}
		due := p.cal.Due(at, calendar.WorkDays(10), nil)
		if _, err := adjustment.Begin(tx, by, x, due, at); err != nil {
			return err
		}
	}
	return nil
}
