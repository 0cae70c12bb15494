package statute

import (
	"slices"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// An Account is what happened to an instrument as it is typed: one event, article
// by article or as a whole.
type Account struct {
	Event      string   `json:"event"`
	On         string   `json:"on"`
	Number     string   `json:"number"`
	Articles   []string `json:"articles"` // of those in the register
	Others     string   `json:"others"`   // as typed: 第十条、第12条
	NewTitle   string   `json:"new_title"`
	NewArticle string   `json:"new_article"`
	Note       string   `json:"note"`
	Text       string   `json:"text"`
}

// AccountForm is how it is entered; "articles" fills in the choices.
var AccountForm = form.Layout{{Key: "change", Title: "法规变动", Rule: "DM-8.1", Fields: []form.Field{
	{Name: "event", Label: "发生了什么", Type: form.Choice, Need: "选择发生了什么", Options: []form.Option{
		{Value: string(Amended), Label: "修订", Hint: "修改了条文"}, {Value: string(Repealed), Label: "废止", Hint: "不再有效"}, {Value: string(Enacted), Label: "新立", Hint: "新公布的法规，或者新增的条"}}},
	{Name: "on", Label: "发生之日", Type: form.Date, Need: "填写“发生之日”", Rule: "DM-8.1", Hint: "新立、修订的施行之日，废止的失效之日；申请的 10 个工作日从次日起算"},
	{Name: "number", Label: "公布的文号", Type: form.Line, Need: "填写“公布的文号”", Max: 80, Hint: "例如 主席令第三十九号"},
	{Name: "articles", Label: "哪些条", Type: form.Many, Source: "articles", Hint: "都不选，就是整部"},
	{Name: "others", Label: "其他条", Type: form.Line, Max: 200, Hint: "上面没有列出的，例如 第十条、第12条"},
	{Name: "new_title", Label: "由哪部法规替代", Type: form.Line, Max: 200, Hint: "没有就不填；要先在法规库登记", When: "event=repealed|amended"},
	{Name: "new_article", Label: "替代它的条", Type: form.Line, Max: 40, Hint: "条文改了序号的，填新的条，例如 第十二条", When: "event=repealed|amended"},
	{Name: "text", Label: "修改后的条文", Type: form.Text, Max: 5000, Hint: "只涉及一条时可以填写，作为这一条的新版本", When: "event=amended|enacted"},
	{Name: "note", Label: "说明", Type: form.Text, Max: 500},
}}}

// Changes are the changes that an account of an instrument comes down to, one an
// article; nothing is written.
func (r *Register) Changes(instrument string, a Account) ([]Change, error) {
	i, ok := r.Of(instrument)
	if !ok {
		return nil, fault.Absent()
	}
	a.Number, a.Text = form.Clean(a.Number), form.Clean(a.Text)
	fs := AccountForm.Check(&a)
	if len(fs) > 0 {
		return nil, fault.Join(fs...)
	}
	a.On, _ = form.ParseDate(a.On)
	articles := []string{}
	for _, x := range a.Articles {
		articles = append(articles, Whole(Article(x)))
	}
	if others := articled.FindAllString(a.Others, -1); form.Clean(a.Others) != "" && len(others) == 0 {
		fs = append(fs, fault.On("others", "", "“其他条”里没有看出是第几条。写成“第十条、第十二条”"))
	} else {
		for _, x := range others {
			articles = append(articles, Whole(Article(x)))
		}
	}
	slices.SortFunc(articles, CompareArticles)
	articles = slices.Compact(articles)
	base := Change{Instrument: i.ID, Title: i.Title, Event: Event(a.Event), On: a.On, Number: a.Number, Note: form.Clean(a.Note)}
	if f := r.successor(i, a, articles, &base); f != nil {
		fs = append(fs, f)
	}
	if a.Text != "" && a.Event != string(Repealed) {
		if len(articles) != 1 {
			fs = append(fs, fault.On("text", "", "“修改后的条文”只用于一条。只选一条，或者清空后用导入登记各条条文"))
		}
		base.Text = a.Text
	}
	if len(articles) == 0 {
		articles = []string{""}
	}
	var cs []Change
	for _, x := range articles {
		c := base
		c.Article = x
		if f := r.contradicts(c); f != nil {
			fs = append(fs, f)
			break
		}
		cs = append(cs, c)
	}
	if err := fault.Join(fs...); err != nil {
		return nil, err
	}
	return cs, nil
}

// successor finds what takes the place of what changes.
func (r *Register) successor(i *Instrument, a Account, articles []string, to *Change) *fault.Fault {
	title, article := form.Clean(a.NewTitle), form.Clean(a.NewArticle)
	if a.Event == string(Enacted) || title == "" && article == "" {
		return nil
	}
	n := i
	if title != "" {
		var ok bool
		if n, ok = r.Of(tidy(title)); !ok {
			return fault.On("new_title", "DM-2.1", "法规库里没有《%s》。先登记它，再记这次变动", title)
		}
	}
	if article != "" {
		if article = Whole(Article(article)); !articled.MatchString(article) {
			return fault.On("new_article", "", "“替代它的条”没有看出是第几条。写成“第十二条”")
		}
	}
	switch {
	case n == i && len(articles) == 0:
		return fault.On("new_title", "", "《%s》不能由自己替代", i.Title)
	case article != "" && len(articles) > 1:
		return fault.On("new_article", "", "几条各有替代的条时，一条一条地记")
	case n == i && slices.Contains(articles, article):
		return fault.On("new_article", "", "%s不能由自己替代", article)
	}
	to.New = Basis{Instrument: n.ID, Title: n.Title, Article: article}
	return nil
}

// contradicts says why a change cannot follow what is noted already.
func (r *Register) contradicts(c Change) *fault.Fault {
	for _, x := range r.changes[place{c.Instrument, c.Article}] {
		if x.Event == c.Event && x.On == c.On {
			return fault.On("on", "DM-8.1", "%s已经记过：%s，%s%s。不用再记", x.NotedName, form.SayDate(x.On), x.Basis(), x.Event.Name())
		}
	}
	if c.Event == Repealed {
		next := Change{} // the first thing that happens to it afterwards
		for _, x := range r.changes[place{c.Instrument, c.Article}] {
			if x.On > c.On && (next.On == "" || x.On < next.On) {
				next = x
			}
		}
		if next.Event == Repealed {
			return fault.On("on", "DM-8.1", "%s已经记过：%s，%s废止（%s）。日期记错了的，先在变动记录里撤销那一次", next.NotedName, form.SayDate(next.On), next.Basis(), next.Number)
		}
	}
	day := c.On
	if s := r.Standing(day).Of(c.Basis()); s.Gone() && c.Event != Enacted {
		return fault.On("event", "DM-8.1", "%s在%s已经废止（%s），不能再记%s。核对日期", c.Basis(), form.SayDate(s.Change.On), s.Change.Number, c.Event.Name())
	}
	return nil
}

// Record notes what happened and gives it back as noted; list office and justice
// bureau do (DM-8.1). Whoever opens the triggers of what the changes touch does it
// in the same transaction.
func Record(tx *db.Tx, by org.Actor, cs []Change, now time.Time) ([]Change, error) {
	if !keeps(by) {
		return nil, fault.Absent()
	}
	r, err := Load(tx)
	if err != nil {
		return nil, err
	}
	return record(tx, r, by, cs, now)
}

func record(tx *db.Tx, r *Register, by org.Actor, cs []Change, now time.Time) ([]Change, error) {
	w, err := newWriter(tx, by, byChange, "", now)
	if err != nil {
		return nil, err
	}
	noted := slices.Clone(cs)
	for i := range noted {
		c := &noted[i]
		if _, ok := r.by[c.Instrument]; !ok {
			return nil, fault.On("title", "DM-2.1", "法规库里没有《%s》。先登记它", c.Title)
		}
		if f := r.contradicts(*c); f != nil {
			return nil, f
		}
		if c.Event != Repealed {
			w.name(c.Basis(), "legal")
		}
		if c.New.Article != "" {
			w.name(c.New, "legal")
		}
	}
	if err := w.flush(); err != nil {
		return nil, err
	}
	no, err := w.entry()
	if err != nil {
		return nil, err
	}
	for i := range noted {
		c := &noted[i]
		c.ID, c.NotedName, c.NotedAt = db.NewID(), by.Name, now
		var successor any
		if c.New.Instrument != "" {
			successor = c.New.Instrument
		}
		_, err := tx.Exec(`INSERT INTO instrument_changes (id, entry, instrument_id, article, event, happened_on, number, new_instrument_id, new_article, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			c.ID, no, c.Instrument, c.Article, string(c.Event), c.On, c.Number, successor, c.New.Article, c.Note)
		if err != nil {
			return nil, err
		}
		if c.Text != "" && c.Article != "" {
			w.rows[toTexts] = append(w.rows[toTexts], []any{no, c.Instrument, c.Article, c.On, c.Text})
		}
		l := by.Line(now, "instrument.change", "instrument:"+c.Instrument)
		l.Detail = map[string]any{"what": c.String(), "on": c.On, "number": c.Number}
		if err := audit.Append(tx, l); err != nil {
			return nil, err
		}
	}
	return noted, w.flush()
}

// Withdraw says that a change was noted by mistake. It stays in the record, and
// counts no longer.
func Withdraw(tx *db.Tx, by org.Actor, id, reason string, now time.Time) error {
	if !keeps(by) {
		return fault.Absent()
	}
	if reason = form.Clean(reason); reason == "" {
		return fault.On("reason", "DM-8.1", "写明为什么记错了")
	}
	r, err := Load(tx)
	if err != nil {
		return err
	}
	c, ok := r.Change(id)
	switch {
	case !ok:
		return fault.Absent()
	case c.Withdrawn != "":
		return fault.Clash("这次变动已经撤销：%s", c.Withdrawn)
	}
	no, err := enter(tx, by, byWithdrawal, "", now)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`INSERT INTO instrument_withdrawals (change_id, entry, reason) VALUES ($1, $2, $3)`, id, no, reason); err != nil {
		return err
	}
	l := by.Line(now, "instrument.withdraw", "instrument:"+c.Instrument)
	l.Detail = map[string]any{"what": c.String(), "on": c.On, "reason": reason}
	return audit.Append(tx, l)
}
