package web

import (
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/session"
)

// hasFactor reports whether the account has a second factor.
func (q *Request) hasFactor() (on bool, err error) {
	err = q.Read(func(tx *db.Tx) error {
		on, _, err = session.HasFactor(tx, q.Actor.Person)
		return err
	})
	return on, err
}

func showStepUp(q *Request) (Reply, error) { return q.stepUpPage(Local(q.Query.Get("to"))) }

func (q *Request) stepUpPage(to string) (Reply, error) {
	on, err := q.hasFactor()
	return Show("再次确认身份", stepUpBody(to, on)).Narrow(), err
}

// confirmSelf confirms who is there and goes back to what asked for it, under a new
// session token.
func confirmSelf(q *Request) (Reply, error) {
	to := Local(form.Clean(q.Form.Get("to")))
	next, err := session.StepUp(q.Ctx, q.Site.DB, q.Session(), q.Form.Get("password"), q.Text("code"), q.Now)
	if err == nil {
		return Go(to).Enter(next), nil
	}
	if _, ok := fault.As(err); !ok {
		return Reply{}, err
	}
	page, e := q.stepUpPage(to)
	if e != nil {
		return Reply{}, err
	}
	return page, err
}
