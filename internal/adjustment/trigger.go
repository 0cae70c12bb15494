package adjustment

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/message"
	"yidan/internal/org"
)

// Kinds of trigger (DM-8.1): each leads to the ground of its kind.
var TriggerKinds = []form.Option{
	{Value: "law", Label: "依据新立、修订、废止"}, {Value: "decision", Label: "上级决定"}, {Value: "function", Label: "职能调整"},
	{Value: "report", Label: "乡镇（街道）反映"}, {Value: "opinion", Label: "公众意见"},
}

// TriggerLayout is how a trigger is entered by hand.
var TriggerLayout = form.Layout{{Key: "trigger", Title: "登记调整事由", Rule: "DM-8.1", Fields: []form.Field{
	{Name: "kind", Label: "事由", Type: form.Choice, Options: TriggerKinds[1:4], Need: "选择是哪一种事由"},
	{Name: "event", Label: "发生了什么", Hint: "写明文件名称、文号，或者反映的问题", Type: form.Text, Max: 500, Need: "写明发生了什么"},
	{Name: "happened_on", Label: "发生日期", Type: form.Date, Need: "填写“发生日期”"},
}}}

// Begin opens a trigger and tells every unit that must apply, once, what happened
// and until when (DM-8.1). due says when a trigger of a day runs out.
func Begin(tx *db.Tx, by org.Actor, t Trigger, due calendar.Deadline, now time.Time) (id string, err error) {
	switch {
	case len(t.Duties) == 0:
		return "", fault.On("items", "DM-8.1", "写明涉及哪些事项，由哪个单位提出调整")
	case t.HappenedOn > org.Day(now):
		return "", fault.On("happened_on", "DM-8.1", "“发生日期”不能晚于今天。发生以后再登记")
	}
	id = db.NewID()
	_, err = tx.Exec(`INSERT INTO triggers (id, kind, event, happened_on, instrument, article, act, source, opened_by, opened_name, opened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, t.Kind, t.Event, t.HappenedOn, t.Instrument, t.Article, t.Act, t.Source, by.Person, by.Name, db.At(now))
	if err != nil {
		return "", err
	}
	told := map[string][]string{}
	for i, d := range t.Duties {
		if _, err := tx.Exec(`INSERT INTO duties (trigger_id, no, code, matter, unit_id, advice) VALUES ($1, $2, $3, $4, $5, $6)`, id, i+1, d.Code, d.Matter, d.Unit, d.Advice); err != nil {
			return "", err
		}
		told[d.Unit] = append(told[d.Unit], d.Matter)
	}
	until := "应在事由发生之日起 10 个工作日内提出"
	if !due.At.IsZero() && !due.Provisional {
		until = "应于" + due.At.Add(-time.Second).In(calendar.Zone).Format("1月2日") + "前提出"
	}
	for unit, names := range told {
		text := fmt.Sprintf("%s。涉及本单位 %d 项：%s。%s（动态管理办法第八条）。", bare(t.Event), len(names), strings.Join(names, "、"), until)
		if err := message.Post(tx, message.Message{To: org.Unit(unit), Subject: "清单需要调整", Text: text, Link: "/jg/sy/" + id, At: now}); err != nil {
			return "", err
		}
	}
	l := by.Line(now, "trigger.open", "trigger:"+id)
	l.Detail = map[string]any{"kind": t.Kind, "event": t.Event, "happened_on": t.HappenedOn, "duties": len(t.Duties)}
	return id, audit.Append(tx, l)
}

// bare is a sentence without its full stop, for one that goes on.
func bare(s string) string { return strings.TrimRight(s, "。") }

// Dismiss ends a duty without an application: the list office alone, with reasons.
// What the same trigger asks of other units about that item ends with it, and all of
// them are told (DM-8.1).
func Dismiss(tx *db.Tx, by org.Actor, ref, reason string, now time.Time) error {
	if !by.Holds(org.ListOffice) {
		return fault.Absent()
	}
	if reason = form.Clean(reason); reason == "" {
		return fault.On("reason", "DM-8.1", "写明不需要调整的理由")
	}
	id, no, err := split(ref)
	if err != nil {
		return err
	}
	t, err := TriggerOf(tx, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(t.Duties, func(d Duty) bool { return d.No == no && d.Open() })
	if i < 0 {
		return fault.Clash("这一项已经有人申请，或者已经撤销")
	}
	return dismiss(tx, by, t, t.Like(t.Duties[i]), reason, now)
}

// dismiss ends open duties of a trigger and tells their units.
func dismiss(tx *db.Tx, by org.Actor, t Trigger, ds []Duty, reason string, now time.Time) error {
	told := map[string][]string{}
	for _, d := range ds {
		if _, err := tx.Exec(`UPDATE duties SET dismissed_by = $3, dismissed_name = $4, dismissed_at = $5, reason = $6 WHERE trigger_id = $1 AND no = $2 AND case_id = '' AND dismissed_at = ''`, t.ID, d.No, by.Person, by.Name, db.At(now), reason); err != nil {
			return err
		}
		told[d.Unit] = append(told[d.Unit], d.Matter)
		l := by.Line(now, "trigger.dismiss", "trigger:"+t.ID)
		l.Detail = map[string]any{"duty": d.No, "reason": reason}
		if err := audit.Append(tx, l); err != nil {
			return err
		}
	}
	for unit, names := range told {
		text := fmt.Sprintf("%s。%s不用再提出：%s。", bare(t.Event), strings.Join(names, "、"), bare(reason))
		if err := message.Post(tx, message.Message{To: org.Unit(unit), Subject: "不用再调整清单", Text: text, Link: "/jg/sy/" + t.ID, At: now}); err != nil {
			return err
		}
	}
	return nil
}

// Like are the open duties of a trigger that are about the same item as d, d among
// them: where an item is several units' own, each of them is asked, and one answer is
// enough.
func (t Trigger) Like(d Duty) (ds []Duty) {
	for _, o := range t.Duties {
		if o.Open() && o.Code == d.Code && o.Matter == d.Matter {
			ds = append(ds, o)
		}
	}
	return ds
}

// Recall ends what triggers of a source asked, because what they rest on was entered
// by mistake: duties that nobody has acted upon, with the reason, and their units
// are told. A duty that an application answers, or that acted says is acted upon,
// stands and is returned (DM-8.1).
func Recall(tx *db.Tx, by org.Actor, source, reason string, acted func(Duty) (bool, error), now time.Time) (stand []Duty, err error) {
	ts, err := From(tx, source)
	if err != nil {
		return nil, err
	}
	for _, t := range ts {
		var end []Duty
		for _, d := range t.Duties {
			if !d.DismissedAt.IsZero() {
				continue
			}
			kept := d.Case != ""
			if !kept {
				if kept, err = acted(d); err != nil {
					return nil, err
				}
			}
			if kept {
				stand = append(stand, d)
			} else {
				end = append(end, d)
			}
		}
		if err := dismiss(tx, by, t, end, reason, now); err != nil {
			return nil, err
		}
	}
	return stand, nil
}

func split(ref string) (id string, no int, err error) {
	id, n, _ := strings.Cut(ref, "/")
	if no, err = strconv.Atoi(n); err != nil || id == "" {
		return "", 0, fault.Absent()
	}
	return id, no, nil
}

// discharge notes that an application answers a duty: about its item, or adding one
// where one is to be added. The list is changed for everybody, so it answers what the
// trigger asks of other units about that item too, and they are told (DM-8.2). The
// duty of another unit, or one that is answered already, is left alone.
func (d *Desk) discharge(x *Change, c *casework.Case, now time.Time) error {
	id, no, err := split(x.Duty)
	if err != nil {
		return nil // an application may name none
	}
	t, err := TriggerOf(d.Tx, id)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	for _, y := range t.Duties {
		about := y.Code == x.Code && y.Code != "" || y.Code == "" && x.Kind == Add
		if y.No != no || !y.Open() || !about || !d.heir(y.Unit, c.Owner.Unit) {
			continue
		}
		said := fmt.Sprintf("%s。“%s”已由%s申请%s，你单位不用再提出。", bare(t.Event), y.Matter, d.UnitName(c.Owner.Unit), kindNames[x.Kind])
		for _, o := range t.Like(y) {
			if _, err := d.Tx.Exec(`UPDATE duties SET case_id = $3 WHERE trigger_id = $1 AND no = $2 AND case_id = '' AND dismissed_at = ''`, id, o.No, c.ID); err != nil {
				return err
			}
			if err := d.tellAsked(t, o, c, "不用再调整清单", said, now); err != nil {
				return err
			}
		}
	}
	return err
}

// tellAsked tells the unit of a duty what became of it, unless it applied itself.
func (d *Desk) tellAsked(t Trigger, y Duty, c *casework.Case, subject, text string, now time.Time) error {
	if d.heir(y.Unit, c.Owner.Unit) {
		return nil
	}
	_, err := message.PostOnce(d.Tx, fmt.Sprintf("%s:%s:%d:%s", subject, t.ID, y.No, c.ID), message.Message{To: org.Unit(y.Unit), Subject: subject, Text: text, Link: "/jg/sy/" + t.ID, At: now})
	return err
}

// Discharge lets an application that names no duty answer what a trigger asks of its
// unit, or of one that its unit, the heir, stands for: about the same item, or by adding one where one is to be added. It returns
// how many duties it answers.
func Discharge(tx *db.Tx, trigger, unit, heir, caseID string) (n int64, err error) {
	r, err := Find(tx, caseID)
	if err != nil || r.Unit != unit && r.Unit != heir {
		return 0, errors.Join(err, fault.Absent())
	}
	return tx.Exec(`UPDATE duties SET case_id = $4 WHERE trigger_id = $1 AND unit_id = $2 AND case_id = '' AND dismissed_at = '' AND (code = $3 AND code <> '' OR code = '' AND advice = 'add' AND $5 = 'add')`,
		trigger, unit, r.Code, caseID, r.Kind)
}

// release gives back the duties that an application answered, and tells the other
// units that they are asked again.
func (d *Desk) release(c *casework.Case, how string, now time.Time) error {
	ts, err := triggers(d.Tx, ` WHERE d.case_id = $1 ORDER BY t.id, d.no`, c.ID)
	if err != nil {
		return err
	}
	for _, t := range ts {
		for _, y := range t.Duties {
			said := fmt.Sprintf("%s。%s%s“%s”的申请，仍应在规定时间内提出（动态管理办法第八条）。", bare(t.Event), d.UnitName(c.Owner.Unit), how, y.Matter)
			if err := d.tellAsked(t, y, c, "清单仍需要调整", said, now); err != nil {
				return err
			}
		}
	}
	_, err = d.Tx.Exec(`UPDATE duties SET case_id = '' WHERE case_id = $1`, c.ID)
	return err
}

const triggerColumns = `SELECT t.id, t.kind, t.event, t.happened_on, t.instrument, t.article, t.act, t.source, t.opened_name, t.opened_at,
	d.no, d.code, d.matter, d.unit_id, d.advice, d.case_id, coalesce(c.unit_id, ''), d.dismissed_name, d.dismissed_at, d.reason
	FROM triggers t JOIN duties d ON d.trigger_id = t.id LEFT JOIN changes c ON c.case_id = d.case_id`

// triggers reads triggers with the duties that a condition admits, the earliest event first.
func triggers(tx *db.Tx, where string, args ...any) (all []Trigger, err error) {
	at := map[string]int{}
	err = db.Each(tx, func(r *sql.Rows) error {
		var t Trigger
		var d Duty
		var opened, dismissed db.Time
		if err := r.Scan(&t.ID, &t.Kind, &t.Event, &t.HappenedOn, &t.Instrument, &t.Article, &t.Act, &t.Source, &t.OpenedName, &opened,
			&d.No, &d.Code, &d.Matter, &d.Unit, &d.Advice, &d.Case, &d.Applied, &d.DismissedName, &dismissed, &d.Reason); err != nil {
			return err
		}
		i, ok := at[t.ID]
		if !ok {
			i = len(all)
			at[t.ID] = i
			t.OpenedAt = opened.Time
			all = append(all, t)
		}
		d.Trigger, d.DismissedAt = t.ID, dismissed.Time
		all[i].Duties = append(all[i].Duties, d)
		return nil
	}, triggerColumns+where, args...)
	slices.SortStableFunc(all, func(a, b Trigger) int {
		return cmp.Or(cmp.Compare(a.HappenedOn, b.HappenedOn), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// TriggerOf is a trigger with all its duties; fault.Absent where there is none.
func TriggerOf(tx *db.Tx, id string) (Trigger, error) {
	ts, err := triggers(tx, ` WHERE t.id = $1 ORDER BY d.no`, id)
	if err != nil || len(ts) == 0 {
		return Trigger{}, errors.Join(err, fault.Absent())
	}
	return ts[0], nil
}

// From lists the triggers that come from a source, with all their duties.
func From(tx *db.Tx, source string) ([]Trigger, error) {
	return triggers(tx, ` WHERE t.source = $1 ORDER BY t.id, d.no`, source)
}

// Every lists all triggers, or those of units where some are given; only duties
// that are still open where open is set.
func Every(tx *db.Tx, open bool, units ...string) ([]Trigger, error) {
	where, args := ` WHERE 1 = 1`, []any{}
	if open {
		where += ` AND d.case_id = '' AND d.dismissed_at = ''`
	}
	if len(units) > 0 {
		where += ` AND d.unit_id IN (` + db.Marks(1, len(units)) + `)`
		for _, u := range units {
			args = append(args, u)
		}
	}
	return triggers(tx, where+` ORDER BY t.id, d.no`, args...)
}

// Answer fills an application in with the duty that it answers: the ground of its
// trigger's kind, with its evidence, and the day from which the ten days run. A
// duty of other units, or one that is answered already, is not there.
func Answer(tx *db.Tx, x *Change, ref string, units ...string) error {
	id, no, err := split(ref)
	if err != nil {
		return err
	}
	t, err := TriggerOf(tx, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(t.Duties, func(d Duty) bool { return d.No == no && slices.Contains(units, d.Unit) && d.Open() })
	if i < 0 {
		return fault.Absent()
	}
	x.Duty, x.HappenedOn = ref, t.HappenedOn
	ground := map[string]string{"law": ByLaw, "decision": ByDecision, "function": ByFunction, "report": ByReport, "opinion": ByReport}[t.Kind]
	if !knows(x.Kind, ground) || ground == ByLaw && !slices.ContainsFunc(Events(x.Kind), func(o form.Option) bool { return o.Value == t.Act }) {
		ground = ByOther
	}
	x.Grounds = []string{ground}
	switch ground {
	case ByLaw:
		x.Instrument, x.Article, x.Event, x.EventOn = t.Instrument, t.Article, t.Act, t.HappenedOn
	case ByReport:
		x.Reported = t.Event
	case ByDecision:
		x.DecisionOf = t.Event
	case ByFunction:
		x.FunctionDoc = t.Event
	case ByOther:
		x.OtherWhy = t.Event
	}
	x.Reason = t.Event
	return nil
}
