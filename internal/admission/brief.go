package admission

import (
	"slices"

	"yidan/internal/approval"
	"yidan/internal/casework"
)

// A Tally counts what the townships of an admission said (AE-5.2).
type Tally struct {
	Agree, Condition, Object, Silent int
	Waiting                          int // may still answer
}

// Asked is how many townships were asked.
func (t Tally) Asked() int { return t.Agree + t.Condition + t.Object + t.Silent + t.Waiting }

// Feedback counts each township's last answer.
func Feedback(c *casework.Case) (n Tally) {
	last := map[string]casework.Verdict{}
	for _, t := range c.Tasks {
		if t.Stage != Opinions || t.Kind != casework.Main || t.Verdict == casework.Void || t.Verdict == casework.Dropped {
			continue
		}
		last[t.Party.Unit] = t.Verdict
	}
	for _, v := range last {
		switch v {
		case casework.Agree:
			n.Agree++
		case Condition:
			n.Condition++
		case casework.Object:
			n.Object++
		case casework.Silent:
			n.Silent++
		default:
			n.Waiting++
		}
	}
	return n
}

// A Brief is what whoever approves reads before the form itself (AE-6.2).
type Brief struct {
	Matter    string
	Exit      bool // the matter is to leave
	Phased    bool
	From, To  string   // days, of a phased matter
	Townships []string // unit ids
	Reviews   []approval.Conclusion
	Feedback  Tally
}

// BriefOf is the brief of an admission or an exit; ok is false of any other case.
func BriefOf(c *casework.Case) (b Brief, ok bool) {
	switch f := c.Form.(type) {
	case *Request:
		b = Brief{Matter: f.Matter, Phased: f.Phased(), Townships: slices.Clone(f.Townships), Feedback: Feedback(c)}
		if b.Phased {
			b.From, b.To = f.From, f.To
		}
	case *Exit:
		b = Brief{Matter: f.Matter, Exit: true}
	default:
		return b, false
	}
	b.Reviews = approval.Conclusions(c)
	return b, true
}
