package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"yidan/internal/audit"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// caseRoutes are one case, of whatever procedure: its page, drafting, answering,
// acts, files, prints. What may be done is asked of casework; whoever may not see
// a case meets the same page as for one that is not there.
var caseRoutes = slices.Concat(
	beginRoutes("admission", Bureaus),
	beginRoutes("exit", Bureaus),
	[]Route{
		{http.MethodGet, "/sq/{id}", Business, Read, showCase},
		{http.MethodPost, "/sq/{id}/yd", Business, Write, readCase},
		{http.MethodPost, "/sq/{id}/dh", Business, Write, showPhone},

		{http.MethodGet, "/sq/{id}/b/{section}", Business, Read, showSection},
		{http.MethodPost, "/sq/{id}/b/{section}", Business, Write, saveSection},
		{http.MethodPost, "/sq/{id}/b/{section}/zc", Business, Write, keepSection},
		{http.MethodGet, "/sq/{id}/hd", Business, Read, showCheck},
		{http.MethodPost, "/sq/{id}/hd", Business, Write, handIn},

		{http.MethodGet, "/sq/{id}/y/{task}", Business, Read, showAnswer},
		{http.MethodPost, "/sq/{id}/y/{task}", Business, Upload, giveAnswer},
		{http.MethodPost, "/sq/{id}/y/{task}/zc", Business, Write, keepAnswer},
		{http.MethodGet, "/sq/{id}/z/{act}", Business, Read, showAct},
		{http.MethodPost, "/sq/{id}/z/{act}", Business, Write, doAct},

		{http.MethodPost, "/sq/{id}/fj", Business, Upload, changeFiles},
		{http.MethodGet, "/sq/{id}/fj/{file}", Business, Read, sendAttachment},
		{http.MethodGet, "/sq/{id}/ws/{paper}/{format}", Business, Read, sendPaper},
		{http.MethodGet, "/sq/{id}/dq/{format}", Business, Read, sendUnsigned},
		{http.MethodGet, "/sq/{id}/jl", Business, Read, showRecord},
		{http.MethodGet, "/sq/{id}/jl/{format}", Business, Read, sendRecord},
		{http.MethodGet, "/sq/{id}/bd/{seq}", Business, Read, showHandedIn},
		{http.MethodGet, "/sq/{id}/tu", Business, Read, showDrawing},

		{http.MethodGet, "/hz/{id}", Business, Read, showReceipt},
	})

// A matter is one case as its reader sees it at one moment.
type matter struct {
	*casework.Case
	q     *Request
	env   *casework.Env
	dir   *org.Directory
	day   string
	phone bool // telephone numbers are shown whole
}

// matter reads a case that the actor may see.
func (q *Request) matter(tx *db.Tx, id string) (*matter, error) {
	if err := casework.Visible(tx, q.Actor, id); err != nil {
		return nil, err
	}
	m, err := q.seen(tx, nil)
	if err != nil {
		return nil, err
	}
	m.Case, err = casework.Load(tx, m.env, id, q.Now)
	return m, err
}

// seen is a case as the actor sees it, within the transaction that reads or
// changes it.
func (q *Request) seen(tx *db.Tx, c *casework.Case) (*matter, error) {
	env, err := q.Site.Cases.Wire(tx, q.Now)
	if err != nil {
		return nil, err
	}
	dir, err := org.LoadDirectory(tx)
	return &matter{Case: c, q: q, env: env, dir: dir, day: org.Day(q.Now)}, err
}

// onMatter reads the case of the address and makes a page of it.
func (q *Request) onMatter(page func(tx *db.Tx, m *matter) (Reply, error)) (r Reply, err error) {
	err = q.Read(func(tx *db.Tx) error {
		m, err := q.matter(tx, q.Path("id"))
		if err != nil {
			return err
		}
		r, err = page(tx, m)
		return err
	})
	return r, err
}

// errChanged is what somebody meets whose page was overtaken while it was being saved.
var errChanged = &fault.Fault{Kind: fault.Conflict, Text: "提交的同时，这一件又办了一步。你填的内容已保留在下方，没有提交。看过现在的情况再提交", Cause: casework.ErrChanged}

// onCase does one thing to the case of the address, once for a form, and says
// where that leads. What it refuses leaves nothing but a line of the record.
func (q *Request) onCase(do func(tx *db.Tx, c *casework.Case) (Receipt, error)) (r Reply, err error) {
	q.waits = nil
	err = q.Site.Cases.Do(q.Ctx, q.Path("id"), q.Actor, q.Now, func(tx *db.Tx, c *casework.Case) (err error) {
		r, err = q.Once(tx, func() (Receipt, error) { return do(tx, c) })
		return err
	})
	if errors.Is(err, casework.ErrChanged) {
		err = errChanged
	}
	if err != nil {
		r = Reply{}
	}
	return r, err
}

// answer is what the actor says just now.
func (q *Request) answer(text string) casework.Answer {
	return casework.Answer{Text: text, By: q.Actor, At: q.Now}
}

func (m *matter) path(more string) string { return "/sq/" + m.ID + more }

// called is the number of a case, or what a case without one is.
func called(c *casework.Case) string {
	if c.Number != "" {
		return c.Number
	}
	return c.Procedure.Title + "草稿"
}

// receipt says what was done and leads back to the case. The number is news only to
// whoever has just been given it.
func receipt(c *casework.Case, what string) Receipt {
	r := Receipt{What: what, Location: "/sq/" + c.ID}
	if c.Filed.Equal(c.Now()) {
		r.Number = c.Number
	}
	return r
}

// reply is a page of a case.
func (m *matter) reply(r Reply) Reply {
	title := r.Frame.Title
	if title == "" { // the case's own page
		r.Frame.Title = called(m.Case)
		r.Frame.Crumbs = []part.Link{{Text: "办件", Href: "/sq"}, {Text: called(m.Case)}}
		return r
	}
	name := m.Number
	if name == "" {
		name = m.Title()
	}
	r.Frame.Crumbs = []part.Link{{Text: "办件", Href: "/sq"}, {Text: name, Href: m.path("")}, {Text: title}}
	return r
}

// sheet is what a print of a case says at its foot.
func (m *matter) sheet() part.Sheet {
	at := sayTime(m.q.Now, m.q.Now)
	state := "截至 " + at
	if m.Revision > 0 { // some cases are written by the system, in one
		state = fmt.Sprintf("申请第 %d 稿 · %s", m.Revision, state)
	}
	return part.Sheet{Number: m.Number, By: m.q.Actor.UnitName + " " + postName(m.q.Actor), At: at, State: state}
}

// showCase is the page of a case: for whoever is to fill in a draft its sections,
// for everybody else what it says and where it stands.
func showCase(q *Request) (Reply, error) {
	sealed := false
	r, err := q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		sealed = m.Sealed
		if m.Filed.IsZero() && m.MayRevise(q.Actor) {
			return m.draftPage(tx)
		}
		return m.page(tx)
	})
	if err == nil && sealed {
		err = q.viewed("case.view", "case:"+q.Path("id"))
	}
	return r, err
}

// viewed keeps on record that something sensitive was looked at.
func (q *Request) viewed(action, object string) error {
	l := q.Actor.Line(q.Now, action, object)
	l.Result = audit.Viewed
	return q.Write(func(tx *db.Tx) error { return audit.Append(tx, l) })
}

// showPhone is the page of a case with telephone numbers in full, which is on record.
func showPhone(q *Request) (Reply, error) {
	if err := q.Read(func(tx *db.Tx) error { return casework.Visible(tx, q.Actor, q.Path("id")) }); err != nil {
		return Reply{}, err
	}
	if err := q.viewed("case.phone", "case:"+q.Path("id")); err != nil {
		return Reply{}, err
	}
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		m.phone = true
		return m.page(tx)
	})
}

// readCase notes that the actor's unit has read what it was told.
func readCase(q *Request) (r Reply, err error) {
	id := q.Path("id")
	err = q.Write(func(tx *db.Tx) error {
		if err := casework.Visible(tx, q.Actor, id); err != nil {
			return err
		}
		r, err = q.Once(tx, func() (Receipt, error) {
			if err := casework.MarkRead(tx, q.Actor, id, q.Now); err != nil {
				return Receipt{}, err
			}
			return Receipt{What: "已阅", Location: "/sq/" + id}, audit.Append(tx, q.Actor.Line(q.Now, "case.read", "case:"+id))
		})
		return err
	})
	return r, err
}
