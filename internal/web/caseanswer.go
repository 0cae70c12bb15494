package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/rectify"
	"yidan/internal/web/part"
)

// phrases are usual words for a verdict, as hints to write from.
var phrases = map[casework.Verdict]string{
	casework.Agree:    "常用语：同意；经审核，符合规定，同意；情况属实，同意。",
	casework.Object:   "常用语：我单位不具备承接条件，理由是……；该职责已明确由……承担，不宜交由乡镇（街道）办理。",
	casework.Return:   "常用语：……不清楚，补充说明；缺少……依据，补充后再报。",
	casework.Reject:   "常用语：该事项依法由……承担，不符合准入条件；缺少法律法规依据。",
	casework.Withdraw: "常用语：工作安排有变化，不再申请。",
	casework.Done:     "常用语：已收到；已办结。",
}

// A saying is what an answer is typed into besides its sheet.
type saying struct {
	Text   string `json:"text"`
	Signer string `json:"signer"`
	Signed string `json:"signed"`
}

// sayingLayout asks for the words of a way, and for what stands on paper.
func sayingLayout(w casework.Way, what string) form.Layout {
	return form.Layout{{Key: "words", Fields: []form.Field{
		{Name: "text", Label: what, Type: form.Text, Max: 2000, Need: w.Words, Hint: phrases[w.On]},
	}}}
}

var paperLayout = form.Layout{{Key: "paper", Fields: []form.Field{
	{Name: "signer", Label: "签批人", Type: form.Line, Max: 40, Hint: "写职务，例如 分管负责人"},
	{Name: "signed", Label: "签批日期", Type: form.Date},
}}}

// An answerPage is the form of one way of answering.
type answerPage struct {
	*matter
	Task    casework.Task // its number is 0 where a way is taken unasked
	Way     casework.Way
	Ways    casework.Ways // to choose from, where none is chosen yet
	To      string
	Words   form.Layout
	Sheet   form.Layout
	Said    saying
	Data    any
	Papered bool // may be signed on paper
	OnPaper bool // was
	Files   bool // may come with files
	Note    string
	Rule    string
	Context []part.Opinion
	Layout  form.Layout // the form that is answered, for reading; nil where it says nothing new
	Read    any
	Changes []changedItem
	Noted   []part.Fact // demonstrations entered while it was reviewed
	Against *reading    // where it is reviewed: what it says beside what it rests on

	Proposed form.Layout // where the door is decided: what the department answered, and the two articles
	Articles []article
}

// reads fills in the form that is answered, so that nobody has to go back to read it.
func (p *answerPage) reads(tx *db.Tx) (err error) {
	if p.Sheet, err = p.offerAll(tx, p.Sheet); err != nil {
		return err
	}
	judged := p.Stage == rectify.Judge
	if judged {
		p.Context = p.opinions()
	}
	if p.Task.No == 0 || p.Task.Party == p.Owner && !judged || !p.chosen() {
		return nil
	}
	if p.Read, err = p.readable(p.Form); err != nil {
		return err
	}
	if p.Changes, _, err = p.changes(tx); err != nil {
		return err
	}
	if p.Noted, err = p.noted(tx); err != nil {
		return err
	}
	if p.Layout, err = p.contentLayout(tx); err == nil && p.reviews() {
		p.Against, err = p.reading(tx, true)
	}
	return err
}

// today writes today into the days that a sheet asks for: most things are entered
// on the day on which they happened.
func (p *answerPage) today() {
	p.Sheet.Bind(p.Data, url.Values{"on": {p.day}})
}

func wayURL(to string, w casework.Way) string {
	return to + "?" + url.Values{"v": {string(w.On)}}.Encode()
}

// answering finds the task of the address and the way that v names. Task 0 is
// no task: a way that may be taken unasked.
func (m *matter) answering(v string) (*answerPage, error) {
	p := &answerPage{matter: m, To: m.path("/y/" + m.q.Path("task")), Rule: m.Step().Rule}
	no, err := strconv.Atoi(m.q.Path("task"))
	if err != nil {
		return nil, fault.Absent()
	}
	if no == 0 {
		p.Ways = m.WaysFor(nil, m.q.Actor)
	} else {
		t, ok := m.Task(no)
		if !ok {
			return nil, fault.Absent()
		}
		asked := m.Asked(m.q.Actor)
		if !slices.ContainsFunc(asked, func(a casework.Task) bool { return a.No == no }) {
			return nil, m.notAsked(t)
		}
		p.Task, p.Ways = t, m.ways(t)
	}
	if len(p.Ways) == 0 {
		return nil, m.Under(casework.ErrNotYou)
	}
	i := slices.IndexFunc(p.Ways, func(w casework.Way) bool { return string(w.On) == v })
	if i < 0 && len(p.Ways) == 1 && v == "" {
		i = 0
	}
	if i >= 0 {
		p.choose(p.Ways[i])
	}
	return p, nil
}

// notAsked says why a task is not the actor's to answer now.
func (m *matter) notAsked(t casework.Task) error {
	switch {
	case t.Verdict != "" || t.Round != m.Round || m.Stage == casework.Closed:
		if m.q.route.Safe() {
			return fault.Clash("这一步已经办过了，不用再办")
		}
		return m.Over(t, m.q.Actor)
	case t.Held.Verdict != "":
		return casework.ErrWaiting
	}
	return m.Under(casework.ErrNotYou)
}

func (p *answerPage) choose(w casework.Way) {
	p.Way, p.Rule = w, cmp.Or(w.Rule, p.Rule)
	what := "意见"
	switch {
	case p.Task.No == 0:
		what = "说明"
	case w.On == rectify.Reported:
		what, p.Files = "整改情况", true
	case p.Stage == rectify.Judge && p.Task.Kind == casework.Main:
		what = "认定的理由"
	}
	p.Words = sayingLayout(w, what)
	if w.Sheet != nil {
		p.Data, p.Sheet = w.Sheet.New(), p.offer(w.Sheet.Layout)
	}
	p.Papered = p.Task.No > 0 && p.Task.Kind == casework.Main && p.Task.Party != p.Owner
	if s, ok := p.Procedure.Layout.Section("door"); ok && p.Rule == s.Rule {
		p.Proposed, p.Articles = p.offer(form.Layout{s}), doorArticles()
	}
	if r := p.Task.Party.Role; r == org.Lead || r == org.Secretariat || p.reviews() { // who decides reads what was said before: townships, reviews
		p.Context = p.opinions()
	}
}

// chosen reports that a way was chosen.
func (p *answerPage) chosen() bool { return p.Way.On != "" }

func (p *answerPage) render() Reply {
	title := "办理意见"
	if p.chosen() {
		title = p.Way.Text()
	}
	r := p.reply(Show(title, answerBody(p)))
	if p.Against != nil {
		return r
	}
	return r.Narrow()
}

// points are what follows from a way that is not to be undone.
func (p *answerPage) points() (all []string) {
	if p.Way.Hint != "" {
		all = append(all, p.Way.Hint)
	}
	if p.Way.To == casework.Closed {
		all = append(all, "本件到此办结，不能再恢复")
	}
	return all
}

// sends is where and how the form goes.
func (p *answerPage) sends() part.Post {
	return part.Post{To: p.To, Save: p.To + "/zc", Files: p.Papered || p.Files}
}

// needsStepUp reports that who answers has to show once more who they are: the
// leading group's approval is never given by a screen that was left alone.
func (p *answerPage) needsStepUp() bool {
	return p.Task.Party.Role == org.Lead && !p.q.Visitor.Fresh
}

// showAnswer is first the choice of a way, then its form, with what the person
// began to write before.
func showAnswer(q *Request) (Reply, error) {
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		v := q.Query.Get("v")
		p, err := m.answering(v)
		if err != nil {
			return Reply{}, err
		}
		if p.needsStepUp() {
			return Go(stepUpURL(q.Here())), nil
		}
		if m.revises(p.Task) && p.Task.No > 0 && (!p.chosen() || simple(p.Way)) {
			return Go(m.path("/hd")), nil // the form comes first
		}
		draft, at, err := casework.DraftOf(tx, q.Actor.Person, m.ID, p.Task.No)
		if err != nil {
			return Reply{}, err
		}
		if draft != nil && (p.chosen() && draft.Get("v") == string(p.Way.On) || !p.chosen() && p.find(draft.Get("v"))) {
			p.bind(draft)
			p.Note = "下面是你在 " + sayTime(at, q.Now) + " 保存的草稿，还没有提交"
		} else if p.Data != nil {
			p.today()
		}
		err = p.reads(tx)
		return p.render(), err
	})
}

// find chooses the way of a verdict, if there is one.
func (p *answerPage) find(v string) bool {
	i := slices.IndexFunc(p.Ways, func(w casework.Way) bool { return string(w.On) == v })
	if i >= 0 {
		p.choose(p.Ways[i])
	}
	return i >= 0
}

// bind fills the form in with what was typed.
func (p *answerPage) bind(v url.Values) {
	p.Words.Bind(&p.Said, v)
	paperLayout.Bind(&p.Said, v)
	if p.Data != nil {
		p.Sheet.Bind(p.Data, v)
	}
	p.OnPaper = v.Get("paper") != ""
}

// errStepUp stops an answer until the person has shown once more who they are.
var errStepUp = errors.New("web: step up first")

// giveAnswer takes an answer, or a way that is taken unasked. A refusal changes
// nothing and gives back what was typed.
func giveAnswer(q *Request) (Reply, error) {
	v := q.Text("v")
	q.Bind(sayingLayout(casework.Way{}, "意见"), new(saying))
	q.Bind(paperLayout, new(saying))
	var files []scan
	scan, err := q.takeScan()
	if err == nil {
		files, err = q.takeFiles()
	}
	if err == nil {
		var r Reply
		r, err = q.onCase(func(tx *db.Tx, c *casework.Case) (Receipt, error) { return q.say(tx, c, v, scan, files) })
		if err == nil {
			return r, nil
		}
	}
	if errors.Is(err, errStepUp) {
		_, err := keepAnswer(q)
		to := "/sq/" + q.Path("id") + "/y/" + q.Path("task")
		return Go(stepUpURL(wayURL(to, casework.Way{On: casework.Verdict(v)}))), err
	}
	if f, ok := fault.As(err); !ok || f.Kind == fault.Missing || f.Kind == fault.Conflict {
		return Reply{}, err
	}
	page, e := q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		p, err := m.answering(v)
		if err != nil {
			return Reply{}, err
		}
		if p.chosen() {
			p.bind(q.Form)
		}
		err = p.reads(tx)
		return p.render(), err
	})
	if e != nil {
		return Reply{}, err
	}
	return page, err
}

// A scan is a file that was taken in with an answer and belongs to no case yet.
type scan struct {
	blob document.Blob
	name string
}

// takeScan takes in the scan of an answer that was signed on paper.
func (q *Request) takeScan() (s scan, err error) {
	files := q.Files("scan")
	if q.Form.Get("paper") == "" || len(files) == 0 || files[0].Size == 0 {
		return s, nil
	}
	if err := q.Read(func(tx *db.Tx) error { return casework.Visible(tx, q.Actor, q.Path("id")) }); err != nil {
		return s, err
	}
	f, err := files[0].Open()
	if err != nil {
		return s, err
	}
	defer f.Close()
	s.name = files[0].Filename
	s.blob, err = document.Take(q.Ctx, q.Site.DB, f, s.name, q.Now)
	if x, ok := fault.As(err); ok && x.Kind == fault.Invalid {
		return s, fault.Join(fault.On("scan", x.Rule, "%s", x.Fields[0].Text))
	}
	return s, err
}

// say gives an answer within a transaction.
func (q *Request) say(tx *db.Tx, c *casework.Case, v string, s scan, files []scan) (Receipt, error) {
	m, err := q.seen(tx, c)
	if err != nil {
		return Receipt{}, err
	}
	p, err := m.answering(v)
	if err != nil {
		return Receipt{}, err
	}
	if !p.chosen() {
		return Receipt{}, fault.Join(fault.On("v", p.Rule, "选择一种办理意见"))
	}
	if p.needsStepUp() {
		return Receipt{}, errStepUp
	}
	q.Bind(p.Words, &p.Said)
	a := q.answer(p.Said.Text)
	a.Verdict = p.Way.On
	if p.Data != nil {
		q.Bind(p.Sheet, p.Data)
		a.Data = p.Data
	}
	faults := p.Words.Check(&p.Said)
	if p.Papered && q.Form.Get("paper") != "" {
		q.Bind(paperLayout, &p.Said)
		faults = append(faults, paperLayout.Check(&p.Said)...)
		if p.Said.Signed > org.Day(q.Now) {
			faults = append(faults, fault.On("signed", "", "签批日期不能晚于今天"))
		}
		a.Paper = &casework.Paper{Signer: p.Said.Signer, On: p.Said.Signed}
		if s.blob.ID != "" {
			x, err := document.Attach(tx, q.Actor, c.ID, string(c.Stage), s.blob, s.name, q.Now)
			if err != nil {
				return Receipt{}, err
			}
			a.Paper.Scan = x.ID
			if err := c.Attached("签批扫描件："+x.Name, q.answer("")); err != nil {
				return Receipt{}, err
			}
		}
	}
	if p.Sheet != nil {
		faults = append(faults, p.Sheet.Check(p.Data)...)
	}
	if err := fault.Join(faults...); err != nil {
		return Receipt{}, err
	}
	if p.Files {
		if err := q.enclose(tx, c, files); err != nil {
			return Receipt{}, err
		}
	}
	no := p.Task.No
	if no == 0 {
		err = c.Take(a)
	} else {
		err = c.Answer(no, a)
	}
	if err != nil {
		return Receipt{}, err
	}
	return receipt(c, m.given(c, no, p.Way.Text())), casework.DropDraft(tx, q.Actor.Person, c.ID, no)
}

// given is what a receipt says of an answer: that it is done, or whose signature it
// waits for before it counts.
func (m *matter) given(c *casework.Case, no int, what string) string {
	for _, n := range c.Pending() {
		if t, _ := c.Task(n); t.Kind == casework.Grant && t.About == no {
			return "“" + what + "”已送" + m.party(t.Party) + "签发，签发后生效"
		}
	}
	return done(what)
}

// keepAnswer keeps an answer that is being written.
func keepAnswer(q *Request) (Reply, error) {
	return q.keep(func(m *matter) (int, error) {
		p, err := m.answering("")
		if err != nil {
			return 0, err
		}
		return p.Task.No, nil
	})
}
