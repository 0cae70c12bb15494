package adjustment

import (
	"slices"
	"time"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// soundChange is what an application has to hold besides its fields, whenever it is
// handed in or put right.
func (d *Desk) soundChange(c *casework.Case) error {
	if err := approval.Decided(c, "DM-8.3"); err != nil {
		return err
	}
	x, today := change(c), org.Day(c.Now())
	var fs []*fault.Fault
	on := func(field, rule, format string, args ...any) {
		fs = append(fs, fault.On(field, rule, format, args...))
	}
	d.checkEvidence(x.Kind, &x.Evidence, today, on)
	b, err := d.Book()
	if err != nil {
		return err
	}
	now := b.Latest(x.Code)
	switch {
	case x.Kind == Add && x.Code != "":
		on("code", "", "增加事项不填编码，编码在批准备案以后由系统给出")
	case x.Kind != Add && now == nil:
		on("code", CodeRule(x.Kind), "%s", b.NotListed(x.Code))
	case x.Kind != Add && now.TextID() != x.Base:
		on("code", "DM-9.3", "%s 的内容与填写时不同，已由第 %d 版改动。回到申请，取用现在的内容，核对以后再提交", x.Code, now.Edition)
	}
	if x.Kind == Cancel && x.Has(ByLaw) && now != nil && !cites(now.Text, x.Instrument) {
		on("instrument", "DM-6.1", "%s 没有引用《%s》。选择它引用的依据，或者改选其他情形", x.Code, x.Instrument)
	}
	if err := d.checkText(x, now, c.Now(), on); err != nil {
		return err
	}
	if err := d.checkFrom(x, now, today, on); err != nil {
		return err
	}
	if x.HappenedOn > today {
		on("happened_on", "DM-8.1", "“调整事由发生日期”不能晚于今天（%s）", calendar.SayDay(today))
	}
	if x.Has(ByLaw) && len(x.Grounds) == 1 && x.EventOn != "" && x.HappenedOn > x.EventOn {
		on("happened_on", "DM-8.1", "“调整事由发生日期”不能晚于依据施行或者废止的日期（%s）", calendar.SayDay(x.EventOn))
	}
	if err := d.checkDuty(x, on); err != nil {
		return err
	}
	if err := d.checkStays(c, x, on); err != nil {
		return err
	}
	demonstratedBy(today, x.Demonstrations, on)
	if err := d.checkApplicant(c, x, now, on); err != nil {
		return err
	}
	return fault.Join(fs...)
}

// checkChange is what else handing in is refused for: being late without a reason,
// nothing attached.
func (d *Desk) checkChange(c *casework.Case, a casework.Answer) error {
	if a.Verdict != casework.Submit {
		return nil
	}
	x := change(c)
	var fs []*fault.Fault
	applied, _, err := d.appliedOn(c, a)
	if err != nil {
		return err
	}
	if due := d.due(x.HappenedOn, c); due != "" && applied > due && x.LateWhy == "" {
		fs = append(fs, fault.On("late_why", "DM-8.1", "已超过 10 个工作日（应于%s前提出）。可以继续提交，需说明原因；该情况会记入办理记录", calendar.SayDay(due)))
	}
	n, err := d.Files(c.ID, c.Owner.Unit)
	if err != nil {
		return err
	}
	if n == 0 {
		fs = append(fs, fault.On("files", "DM-8.2", "附上相关材料，至少一份"))
	}
	return fault.Join(fs...)
}

type say func(field, rule, format string, args ...any)

// checkEvidence refuses a ground that the article does not know, and an event that
// has not happened.
func (d *Desk) checkEvidence(kind string, e *Evidence, today string, on say) {
	for _, g := range e.Grounds {
		if !knows(kind, g) {
			on("grounds", articles[kind], "“%s”不是%s事项的情形。去掉这一项，或改选要做什么", groundName(g), kindNames[kind])
		}
	}
	if e.Has(ByReport) && e.Reporter != "" && !d.UnitKind(e.Reporter).Local() {
		on("reporter", "DM-5.2", "选择是哪个乡镇（街道）反映的")
	}
	if e.Has(ByLaw) && e.EventOn > today {
		on("event_on", "DM-8.1", "“施行或者废止日期”不能晚于今天（%s）。施行以后再提出", calendar.SayDay(today))
	}
	if e.Has(ByLaw) && e.Event == "repealed" {
		switch kind {
		case Add:
			on("event", "DM-5.1", "增加事项的依据应当是新立或者修订，不是废止")
		case Adjust:
			on("event", "DM-7.1", "调整事项内容的依据应当是新立或者修订，不是废止。有新的依据替代的，填写新的依据；还有其他依据的，选择“其他应当调整的情形”；原依据失效、没有其他依据的，取消事项（第六条）")
		}
	}
}

// checkFrom lets a text hold from a day before it is issued only where it corrects
// what was issued: another ground than a new law or decision, explained, and no
// earlier than what it corrects (DM-5.4, DM-7.3, DM-8.6, DM-9.3).
func (d *Desk) checkFrom(x *Change, now *catalog.Version, today string, on say) error {
	if x.From == "" || x.Kind == Cancel {
		return nil
	}
	b, err := d.Book()
	if err != nil {
		return err
	}
	first := ""
	if es := b.Editions(); len(es) > 0 {
		first = es[0].EffectiveOn
	}
	if now != nil {
		first = now.From
	}
	rule := map[string]string{Add: "DM-5.4", Adjust: "DM-7.3"}[x.Kind]
	switch {
	case !x.Has(ByOther):
		on("from", rule, "“从哪天起”只用来更正已经印发的内容。属于更正的，在“符合哪些情形”里选“%s”，写明错在哪里；不是更正的不填，从新版施行之日起", GroundNames(x.Kind, []string{ByOther})[0])
	case x.From > today:
		on("from", "DM-8.6", "“从哪天起”在今天之后。以后才施行的不填，由新版的施行日期决定")
	case x.From < first && now != nil && b.Item(b.On(x.From), x.Code) != nil: // another text held then
		on("from", "DM-9.3", "现在的内容从%s起施行，更正不能更早。更早的内容已被第 %d 版替代，按当时印发的保留；当时写错的，在“其他情形的说明”里写明错在哪里，随这次变更公开", calendar.SayDay(first), now.Edition)
	case x.From < first:
		on("from", "DM-9.3", "要更正的内容从%s起施行，更正不能更早", calendar.SayDay(first))
	}
	return nil
}

// appliedOn is the day of the application: what is handed in again after it was sent
// back was applied for when it was handed in first. Where it is about another item
// meanwhile, it turned into another application (DM-8.2).
func (d *Desk) appliedOn(c *casework.Case, a casework.Answer) (day string, turned bool, err error) {
	x := change(c)
	r, err := Find(d.Tx, c.ID)
	switch {
	case fault.Is(err, fault.Missing):
		return org.Day(a.At), false, nil
	case err != nil:
		return "", false, err
	case (r.Kind == Add) != (x.Kind == Add) || x.Kind != Add && r.Code != x.Code:
		return org.Day(a.At), true, nil
	}
	return r.AppliedOn, false, nil
}

// checkDuty refuses an event later than the trigger which asked for the change:
// the ten days run from what happened, not from what is typed (DM-8.1).
func (d *Desk) checkDuty(x *Change, on say) error {
	id, _, err := split(x.Duty)
	if err != nil {
		return nil // it answers none
	}
	t, err := TriggerOf(d.Tx, id)
	if err == nil && x.HappenedOn > t.HappenedOn {
		on("happened_on", "DM-8.1", "调整事由登记的发生日期是%s，不能改晚。超过 10 个工作日的，写明原因", calendar.SayDay(t.HappenedOn))
	}
	return err
}

// checkStays refuses to put an application right into another one: what it is about
// and when its ten days began stand in the register (DM-8.2).
func (d *Desk) checkStays(c *casework.Case, x *Change, on say) error {
	if c.Stage == Draft {
		return nil
	}
	r, err := Find(d.Tx, c.ID)
	if err != nil {
		return err
	}
	for _, f := range []struct{ name, label, was, is string }{
		{"kind", "要做什么", r.Kind, x.Kind}, {"code", "事项编码", r.Code, x.Code}, {"happened_on", "调整事由发生日期", r.HappenedOn, x.HappenedOn},
	} {
		if f.was != f.is {
			on(f.name, "DM-8.2", "“%s”已经登记，补正不能改。确需改的，由审核单位退回，重新提出", f.label)
		}
	}
	return nil
}

// due is the last day on which an application is in time; "" while it is
// provisional: nothing is late by a date that may move (DM-8.1).
func (d *Desk) due(happened string, c *casework.Case) string {
	within := d.Terms(c.Now()).Apply
	l := d.Due(happened, within)
	if l.At.IsZero() || l.Provisional {
		return ""
	}
	return org.Day(l.At.Add(-1))
}

// checkText refuses what the list itself would be refused for (DM-2.1 to DM-2.3),
// and a change that changes nothing (article 7).
func (d *Desk) checkText(x *Change, now *catalog.Version, at time.Time, on say) error {
	if x.Kind == Cancel {
		return nil
	}
	t := d.text(x)
	b, err := d.Book()
	if err != nil {
		return err
	}
	flaws, err := b.CheckItem(d.Tx, catalog.Item{Code: x.Code, Text: *t}, at)
	if err != nil {
		return err
	}
	for _, f := range flaws {
		on(fieldOf(f.Column), f.Rule, "%s", f.Text)
	}
	for _, u := range x.Townships {
		if x.Scope == "some" && !d.UnitKind(u).Local() {
			on("townships", "DM-2.1", "所选的乡镇（街道）不在本区。重新选择")
			break
		}
	}
	for i, y := range x.Bases {
		known, err := d.Registered(y.Title)
		if err != nil {
			return err
		}
		if !known && y.Title != "" {
			on(form.RowName("bases", i, "title"), "DM-2.1", "法规库里没有《%s》。核对名称，或先由区委编办、区司法局登记", y.Title)
		}
	}
	checkCategory(x, Categories(b), on)
	if x.Kind == Adjust && now != nil && now.Says(t) {
		on("name", "DM-7", "调整前后的内容完全相同，没有要调整的。改动要调整的内容")
	}
	return nil
}

// checkCategory holds a category to those offered, unless it is new: a new one is not
// an old one spelled otherwise (DM-2.3).
func checkCategory(x *Change, offered []form.Option, on say) {
	is := func(c string) (form.Option, bool) {
		i := slices.IndexFunc(offered, func(o form.Option) bool { return spelled(o.Value) == spelled(c) })
		if i < 0 {
			return form.Option{}, false
		}
		return offered[i], true
	}
	known, ok := is(x.Category)
	switch {
	case x.Category == NewCategory:
		if known, ok := is(x.NewCategory); ok {
			on("new_category", "DM-2.3", "已有类别“%s”，不用另立。直接选它", known.Label)
		}
	case !ok:
		on("category", "DM-2.3", "没有“%s”这个类别。在列出的类别里选，确需另立的选“另立新类别”", x.Category)
	case known.Value != x.Category:
		on("category", "DM-2.3", "“%s”应当写作“%s”。在列出的类别里选", x.Category, known.Label)
	}
}

// fieldOf is the field of the application that a column of the list is typed in.
func fieldOf(column string) string {
	switch column {
	case "legal", "policy":
		return "bases"
	case "lead", "joint", "takes_over", "taker":
		return "departments"
	}
	return column
}

// standsFor says which units an applicant stands for: itself, and those merged into it.
func (d *Desk) standsFor(c *casework.Case) func(unit string) bool {
	return func(unit string) bool { return d.heir(unit, c.Owner.Unit) }
}

// checkApplicant refuses whoever has no part in the item (DM-8.2).
func (d *Desk) checkApplicant(c *casework.Case, x *Change, now *catalog.Version, on say) error {
	kind := d.UnitKind(c.Owner.Unit)
	town := kind.Local()
	if !town && !slices.Contains([]org.Kind{org.Department, org.Mass, org.Agency}, kind) {
		return fault.Refuse("DM-8.2", "清单调整由区直部门或者乡镇（街道）申请。%s不是区直部门或者乡镇（街道）", d.UnitName(c.Owner.Unit))
	}
	var was *catalog.Text
	if now != nil {
		was = now.Text
	}
	mine := d.standsFor(c)
	if concerned(was, mine, town) || x.Kind != Cancel && concerned(d.text(x), mine, town) {
		return nil
	}
	on("departments", "DM-8.2", "%s在这个事项里没有职责，不能提出。由事项涉及的部门或者乡镇（街道）提出", d.UnitName(c.Owner.Unit))
	return nil
}

// demonstratedBy refuses what is yet to be demonstrated (DM-9.1).
func demonstratedBy(today string, ms []Demonstration, on say) {
	for i, m := range ms {
		if m.On > today {
			on(form.RowName("demonstrations", i, "on"), "DM-9.1", "“论证日期”不能晚于今天（%s）", calendar.SayDay(today))
		}
	}
}

// Undemonstrated reports an application that came without a demonstration.
func Undemonstrated(c *casework.Case) bool {
	switch x := c.Form.(type) {
	case *Change:
		return len(x.Demonstrations) == 0
	case *Removal:
		return len(x.Demonstrations) == 0
	}
	return false
}

// demonstrated holds back a review that lets a change pass, or an item leave the
// list, which nobody has demonstrated (DM-9.1).
func (d *Desk) demonstrated(c *casework.Case, _ casework.Answer) error {
	if !Undemonstrated(c) {
		return nil
	}
	all, err := Demonstrations(d.Tx, c.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fault.Refuse("DM-9.1", "还没有论证记录，不能通过。先登记论证，或退回申请单位补充论证")
	}
	return nil
}

// cites reports whether a text rests on an instrument.
func cites(t *catalog.Text, title string) bool {
	return slices.ContainsFunc(t.Bases(), func(b catalog.Basis) bool { return catalog.SameInstrument(b.Title, title) })
}
