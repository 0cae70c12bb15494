package admission

import "yidan/internal/casework"

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
