package web

import (
	"net/url"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/session"
)

// stepUpPage is where somebody shows once more who they are: before an approval,
// before the second factor changes.
const stepUpPage = "/wo/qr"

// stepUpURL leads there, and back to an address.
func stepUpURL(to string) string { return stepUpPage + "?" + url.Values{"to": {to}}.Encode() }

func askStepUp(q *Request) (Reply, error) { return q.stepUp(Local(q.Query.Get("to"))) }

func (q *Request) stepUp(to string) (Reply, error) {
	var on bool
	err := q.Read(func(tx *db.Tx) (err error) { on, _, err = session.HasFactor(tx, q.Actor.Person); return err })
	return Show("再次确认身份", stepUpBody(to, on)).Narrow(), err
}

// stepUp confirms who is there and goes back to what asked for it, under a new
// session token.
func stepUp(q *Request) (Reply, error) {
	to := Local(form.Clean(q.Form.Get("to")))
	next, err := session.StepUp(q.Ctx, q.Site.DB, q.Session(), q.Form.Get("password"), q.Text("code"), q.Now)
	if err == nil {
		return Go(to).Enter(next), nil
	}
	if _, ok := fault.As(err); !ok {
		return Reply{}, err
	}
	page, e := q.stepUp(to)
	if e != nil {
		return Reply{}, e
	}
	return page, err
}
