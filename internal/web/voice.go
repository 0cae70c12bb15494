package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/adjustment"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/opinion"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// voiceRoutes are where the public says what it thinks of the list and looks up
// what became of it, without signing in (DM-10.1). A receipt is never in an address.
var voiceRoutes = []Route{
	{http.MethodGet, sayIt, Public, Read, func(q *Request) (Reply, error) { return q.voice(nil) }},
	{http.MethodPost, sayIt, Public, Voice, lodgeOpinion},
	{http.MethodGet, sayIt + "/{form}", Public, Read, showVoiceReceipt},
	{http.MethodGet, lookUp, Public, Read, func(q *Request) (Reply, error) { return q.lookUp("", nil) }},
	{http.MethodPost, lookUp, Public, Guess, findOpinion},
	{http.MethodGet, heard, Public, Read, showHeard},
	{http.MethodGet, heard + "/tj", Public, Read, showHeardFigures},
	{http.MethodGet, publicList + "/gs", Public, Read, showOpenChanges},
	{http.MethodGet, publicList + "/gs/{id}", Public, Read, showPublicChange},
}

const (
	sayIt    = publicList + "/ti"
	lookUp   = publicList + "/cx"
	heard    = publicList + "/yj"
	qCode    = "code"
	qPending = "bg" // an open change: a case
)

// publicTabs are the pages of the portal, the same on every one of them.
func publicTabs() []part.Tab {
	return []part.Tab{
		{Text: "清单", Href: publicList}, {Text: "版本", Href: publicList + "/bb"}, {Text: "变更公示", Href: publicList + "/gs"}, {Text: "提意见", Href: sayIt},
		{Text: "意见采纳情况", Href: heard}, {Text: "查询答复", Href: lookUp}, {Text: "电话邮箱", Href: publicList + "/dh"},
	}
}

// trap is a field that people do not see and machines fill in.
const trap = "site"

// keepOpen is how long after an opinion was lodged its receipt can be shown again
// in the browser that lodged it: long enough to print it, not for the next person.
const keepOpen = time.Hour

// A voiceView is the public form.
type voiceView struct {
	To, About string
	Until     string // of an open change: the last day
	Fields    []form.Field
	Question  opinion.Question
	Src       *opinion.Submission
}

// topic is what the address says the opinion is about.
func (q *Request) topic(tx *db.Tx) (t opinion.Topic, until string, err error) {
	t.Subject = "清单"
	b, err := q.Site.Books.Get(tx)
	if err != nil {
		return t, "", err
	}
	if id := q.Query.Get(qPending); id != "" {
		o, err := q.publicChange(tx, id)
		if err != nil {
			return t, "", err
		}
		if !o.open {
			return t, "", fault.Refuse("", "这项变更的公示已经结束。可以对清单或者事项提意见")
		}
		t = opinion.Topic{Code: o.code, Change: id, Subject: "正在公示的变更：" + o.title, Lead: o.unit}
		if v := b.Latest(o.code); v != nil {
			t.Category = v.Category
		}
		return t, o.until, nil
	}
	if code := form.Clean(q.Query.Get(qCode)); code != "" {
		v := b.Latest(code)
		if v == nil {
			return t, "", fault.Absent()
		}
		t = opinion.Topic{Code: code, Subject: "“" + v.Name + "”", Category: v.Category, Lead: v.Leader()}
	}
	return t, "", nil
}

func answerField(question string) form.Field {
	return form.Field{Name: "answer", Label: "回答提问：" + question, Hint: "防止机器乱发，用文字或者数字回答", Type: form.Line, Max: 40, Need: "回答提问"}
}

// voice is the public form, with what was typed if anything was.
func (q *Request) voice(typed *opinion.Submission) (Reply, error) {
	if typed == nil {
		typed = &opinion.Submission{}
	}
	v := voiceView{To: sayIt + ask(nil, qCode, q.Query.Get(qCode), qPending, q.Query.Get(qPending)), Src: typed}
	err := q.Read(func(tx *db.Tx) error {
		t, until, err := q.topic(tx)
		if err != nil {
			return err
		}
		v.About, v.Until = t.Subject, until
		v.Question, err = opinion.Asked(tx, q.Now)
		return err
	})
	v.Fields = append(opinion.SubmissionLayout.Fields(), answerField(v.Question.Text))
	return Show("提意见", voicePage(v)).Narrow(), err
}

// lodgeOpinion takes an opinion: once for a form, however often it is sent.
func lodgeOpinion(q *Request) (Reply, error) {
	var x opinion.Submission
	layout := form.Layout{{Key: "opinion", Rule: "DM-10.1", Fields: append(opinion.SubmissionLayout.Fields(), answerField(""))}}
	q.Bind(layout, &x)
	page, err := q.voice(&x)
	if err != nil {
		return Reply{}, err
	}
	if q.Form.Get(trap) != "" {
		return page, fault.On("answer", "", "有一栏写明不要填，却填了内容。清空那一栏再提交")
	}
	if err := fault.Join(layout.Check(&x)...); err != nil {
		return page, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		if err := opinion.Right(tx, q.Form.Get("question"), x.Answer, q.Now); err != nil {
			return Receipt{}, err
		}
		t, _, err := q.topic(tx)
		if err != nil {
			return Receipt{}, err
		}
		dir, err := org.LoadDirectory(tx)
		if err != nil {
			return Receipt{}, err
		}
		id := q.Form.Get(part.SubmitName)
		c, err := opinion.Lodge(tx, q.Site.Cases, dir.Holder(org.ListOffice, org.Day(q.Now)), t, x, q.receiptOf(id), q.Now)
		if err != nil {
			return Receipt{}, err
		}
		r, err := opinion.Find(tx, c)
		return Receipt{What: "意见已收到", Number: r.Number, Location: sayIt + "/" + id}, err
	})
}

// receiptOf is the receipt of what this browser handed in by a form; without the
// browser's cookie nobody gets it of the address.
func (q *Request) receiptOf(form string) string {
	key := q.token
	if key == "" {
		key = q.guest
	}
	return opinion.ReceiptFor(key, form)
}

// A receiptView is the page to print or to write down.
type receiptView struct {
	Code  string
	Facts []part.Fact
}

func showVoiceReceipt(q *Request) (Reply, error) {
	if q.guest == "" && q.token == "" {
		return Reply{}, fault.Absent()
	}
	v := receiptView{Code: q.receiptOf(q.Path("form"))}
	err := q.look(func(l *lens) error {
		r, err := opinion.LookUp(l.tx, v.Code)
		if err != nil {
			return err
		}
		if q.Now.Sub(r.ReceivedAt) > keepOpen {
			return fault.Absent()
		}
		v.Facts = []part.Fact{{Label: "编号", Text: r.Number}, {Label: "关于", Text: r.Subject}, {Label: "提交时间", Text: sayTime(r.ReceivedAt, q.Now)}, {Label: "应当答复", Show: part.Light(l.light(r.Due))}}
		return nil
	})
	v.Code = opinion.Grouped(v.Code)
	return Show("查询码", receiptPage(v)).Narrow().Print(part.Sheet{By: "公开查询", At: sayTime(q.Now, q.Now)}), err
}

// A lookUpView is the page where an answer is looked up.
type lookUpView struct {
	Code  string
	Facts []part.Fact
	Found bool
}

type typedCode struct {
	Code string `json:"code"`
}

var receiptLayout = form.Layout{{Key: "code", Rule: "DM-10.1", Fields: []form.Field{
	{Name: "code", Label: "查询码", Hint: "提意见以后给你的 20 位数字，空格可以不写", Type: form.Line, Max: 40, Need: "填写 20 位查询码"},
}}}

func (q *Request) lookUp(code string, facts []part.Fact) (Reply, error) {
	return Show("查询答复", lookUpPage(lookUpView{code, facts, facts != nil})).Narrow().Print(part.Sheet{By: "公开查询", At: sayTime(q.Now, q.Now)}), nil
}

// findOpinion answers on the page itself: what was typed stands in no address.
func findOpinion(q *Request) (Reply, error) {
	var x typedCode
	q.Bind(receiptLayout, &x)
	page, _ := q.lookUp(x.Code, nil)
	if err := fault.Join(receiptLayout.Check(&x)...); err != nil {
		return page, err
	}
	var facts []part.Fact
	err := q.look(func(l *lens) error {
		r, err := opinion.LookUp(l.tx, x.Code)
		if fault.Is(err, fault.Missing) {
			return fault.On("code", "DM-10.1", "没有查到。核对 20 位查询码；连续输错会暂停查询")
		}
		if err != nil {
			return err
		}
		facts, err = l.answerFacts(r)
		return err
	})
	if err != nil {
		return page, err
	}
	return q.lookUp("", facts)
}

// standsFor says to the writer of an opinion whose turn it is.
func (l *lens) standsFor(r opinion.Row) string {
	switch r.State() {
	case opinion.Waiting:
		return "已收到，等区委编办转给有关单位"
	case opinion.Answering:
		return l.units.Name(r.Unit) + "正在答复"
	case opinion.Checking:
		return "已经起草答复，等区委编办审核"
	}
	return "已答复"
}

// answerFacts are what the writer of an opinion may know of it.
func (l *lens) answerFacts(r opinion.Row) ([]part.Fact, error) {
	fs := []part.Fact{{Label: "编号", Text: r.Number}, {Label: "关于", Text: r.Subject}, {Label: "提交时间", Text: sayTime(r.ReceivedAt, l.now)}, {Label: "你的意见", Text: r.Text}, {Label: "现在", Text: l.standsFor(r)}}
	if r.State() != opinion.Closed {
		return append(fs, part.Fact{Label: "应当答复", Show: part.Light(l.light(r.Due))}), nil
	}
	fs = append(fs, part.Fact{Label: "答复单位", Text: l.units.Name(r.Unit)}, part.Fact{Label: "结果", Text: opinion.Label(opinion.Results, r.Result)}, part.Fact{Label: "答复", Text: r.Answer}, part.Fact{Label: "答复日期", Text: part.Day(r.ClosedOn)})
	led, err := l.led(r)
	if led != nil {
		fs = append(fs, part.Fact{Label: "对清单的影响", Show: led})
	}
	return fs, err
}

// led says to what change an opinion led, and to which edition; nil where to none.
func (l *lens) led(r opinion.Row) (templ.Component, error) {
	if r.Trigger == "" {
		return nil, nil
	}
	t, err := adjustment.TriggerOf(l.tx, r.Trigger)
	if err != nil {
		return nil, err
	}
	for _, d := range t.Duties {
		switch {
		case !d.DismissedAt.IsZero():
			return part.Plain("转为调整事由，经研究不需要调整"), nil
		case d.Case != "":
			c, err := adjustment.Find(l.tx, d.Case)
			if err != nil && !fault.Is(err, fault.Missing) {
				return nil, err
			}
			if c.Edition > 0 {
				return part.To(part.Link{Text: fmt.Sprintf("促成清单调整，随第 %d 版印发", c.Edition), Href: fmt.Sprintf("%s/bb/%d", publicList, c.Edition)}), nil
			}
			return part.Plain("转为调整事由，" + l.units.Name(d.Unit) + "已提出调整申请"), nil
		}
	}
	return part.Plain("转为调整事由，由" + l.units.Name(t.Duties[0].Unit) + "提出调整"), nil
}

func heardTabs(here string) []part.Tab {
	return []part.Tab{{Text: "采纳情况", Href: heard, Here: here == heard}, {Text: "统计", Href: heard + "/tj", Here: here == heard+"/tj"}}
}

// showHeard is what became of the opinions that were answered (DM-10.1).
func showHeard(q *Request) (Reply, error) {
	f := opinionFilter(q.Query)
	f.State = ""
	v := listView{Title: "意见采纳情况", Lead: "对清单的意见和答复。意见人要求不公开、或者内容涉及个人的，只计数", Tabs: heardTabs(heard), More: part.Go(part.Link{Text: "提意见", Href: sayIt}, part.Main)}
	err := q.look(func(l *lens) error {
		rows, next, err := opinion.Published(l.tx, f)
		if err != nil {
			return err
		}
		v.Filter = l.opinionGroups(heard, q.Query, true)
		v.Pager = pager(q, next)
		v.Table = part.Table{Caption: "已经答复的意见，最近提出的在前", Columns: []part.Column{{Title: "关于"}, {Title: "意见"}, {Title: "结果"}, {Title: "答复"}}}
		for _, r := range rows {
			said, answer := unfolded("不公布内容"), unfolded("不公布内容")
			if r.Published {
				said, answer = unfolded(r.Text), unfolded(r.Answer+"（"+l.units.Name(r.Unit)+"，"+part.Day(r.ClosedOn)+"）")
			}
			led, err := l.led(r)
			if err != nil {
				return err
			}
			if led != nil {
				answer = templ.Join(answer, led)
			}
			v.Table.Rows = append(v.Table.Rows, part.Row{Cells: []templ.Component{named(r.Subject, r.Number), said, part.Plain(opinion.Label(opinion.Results, r.Result)), answer}})
		}
		if len(rows) == 0 {
			v.Empty = part.Empty("还没有答复过的意见。", part.Link{Text: "提意见", Href: sayIt})
			if len(v.Filter.Chips) > 0 {
				v.Empty = part.Empty("没有符合条件的意见。", part.Link{Text: "清除条件", Href: heard})
			}
		}
		return nil
	})
	return v.reply(), err
}

func showHeardFigures(q *Request) (Reply, error) {
	var tables []part.Table
	err := q.look(func(l *lens) error {
		cells, err := opinion.Cells(l.tx, nil, opinion.Filter{})
		tables = l.figures(cells, true)
		return err
	})
	return Show("意见统计", figuresPage(figuresView{Title: "意见统计", Lead: "收到、答复、采纳的意见。少于 5 件的写作 <5，免得认出是谁", Tabs: heardTabs(heard + "/tj"), Tables: tables})).Under(part.Link{Text: "意见采纳情况", Href: heard}), err
}

// A figuresView is a page of tables of figures.
type figuresView struct {
	Title, Lead string
	Tabs        []part.Tab
	Filter      *part.Filter
	Tables      []part.Table
}

// figures are the same opinions parted four ways. In public a figure below five
// is not told, so that nobody is recognised.
func (l *lens) figures(cells []opinion.Cell, coarse bool) (ts []part.Table) {
	told := func(n int) templ.Component {
		if coarse && n > 0 && n < 5 {
			return part.Plain("<5")
		}
		return part.Plain(fmt.Sprint(n))
	}
	for _, by := range []struct {
		title string
		of    func(opinion.Cell) string
	}{
		{"按月", func(c opinion.Cell) string { return c.Month }},
		{"按事项", func(c opinion.Cell) string { return strings.TrimSpace(c.Code + " " + c.Subject) }},
		{"按类别", func(c opinion.Cell) string { return orElse(c.Category, "不针对某个事项") }},
		{"按答复单位", func(c opinion.Cell) string {
			if c.Unit == "" {
				return "还没有分办"
			}
			return l.units.Name(c.Unit)
		}},
	} {
		type line struct{ got, answered, adopted int }
		lines, order := map[string]*line{}, []string{}
		for _, c := range cells {
			name := by.of(c)
			x := lines[name]
			if x == nil {
				x = new(line)
				lines[name] = x
				order = append(order, name)
			}
			x.got += c.N
			if c.Result != "" {
				x.answered += c.N
			}
			if c.Result == opinion.Adopted || c.Result == opinion.Partly {
				x.adopted += c.N
			}
		}
		slices.Sort(order)
		t := part.Table{Caption: by.title, Columns: []part.Column{{Title: strings.TrimPrefix(by.title, "按")}, {Title: "收到", Num: true}, {Title: "已答复", Num: true}, {Title: "采纳或者部分采纳", Num: true}}}
		for _, name := range order {
			x := lines[name]
			t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plain(name), told(x.got), told(x.answered), told(x.adopted)}})
		}
		ts = append(ts, t)
	}
	return ts
}

// Names of what a register of opinions is asked for, in its address.
const (
	qReached = "zt"
	qResult  = "jg"
)

func opinionFilter(v url.Values) opinion.Filter {
	f := opinion.Filter{Unit: v.Get(qUnit), Code: form.Clean(v.Get(qCode)), Change: v.Get(qPending), Kind: v.Get("sf"), Result: v.Get(qResult), State: v.Get(qReached), Words: form.Clean(v.Get(qWords)), Before: v.Get(qKey)}
	for _, x := range []struct {
		name string
		day  *string
	}{{qFrom, &f.From}, {qTo, &f.To}} {
		if d, err := form.ParseDate(form.Clean(v.Get(x.name))); err == nil {
			*x.day = d
		}
	}
	return f
}

// opinionGroups narrow a register of opinions down.
func (l *lens) opinionGroups(to string, v url.Values, public bool) *part.Filter {
	results := part.Group{Title: "结果", Name: qResult, Kind: "select"}
	for _, o := range append(slices.Clone(opinion.Results), form.Option{Value: opinion.Outside, Label: "不属于清单范围"}) {
		results.Options = append(results.Options, part.Option{Value: o.Value, Label: o.Label, On: v.Get(qResult) == o.Value})
	}
	gs := []part.Group{{Title: "包含文字", Name: qWords, Kind: "text", Value: form.Clean(v.Get(qWords))}, {Title: "事项编码", Name: qCode, Kind: "text", Value: form.Clean(v.Get(qCode))}}
	if !public {
		states, kinds := part.Group{Title: "状态", Name: qReached, Kind: "select"}, part.Group{Title: "意见人", Name: "sf", Kind: "select"}
		for _, s := range opinion.States {
			states.Options = append(states.Options, part.Option{Value: s.Value, Label: s.Label, On: v.Get(qReached) == s.Value})
		}
		for _, k := range opinion.Kinds {
			kinds.Options = append(kinds.Options, part.Option{Value: k.Value, Label: k.Label, On: v.Get("sf") == k.Value})
		}
		gs = append(gs, states, kinds)
	}
	gs = append(gs, results, part.Group{Title: "答复单位", Name: qUnit, Kind: "select", Options: unitOptions(append(l.units.Departments(l.today()), l.units.Townships(l.today())...), v.Get(qUnit))},
		part.Group{Title: "提出日期从", Name: qFrom, Kind: "date", Value: v.Get(qFrom)}, part.Group{Title: "到", Name: qTo, Kind: "date", Value: v.Get(qTo)})
	f := &part.Filter{To: to, Clear: to, Groups: gs, Chips: chips(to, v, gs)}
	if id := v.Get(qPending); id != "" {
		f.Keep = []part.Fact{{Label: qPending, Text: id}}
	}
	return f
}
