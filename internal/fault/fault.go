// Package fault says what went wrong so that the person concerned can act on
// it: a kind, a sentence in plain Chinese, the fields it is about and the
// article it rests on. The cause is for the log. Only package web knows HTTP.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// A Kind says whose turn it is.
type Kind int

const (
	Internal Kind = iota // ours; the person sees only a look-up number
	Invalid              // fields are to be corrected
	Refused              // a rule forbids it
	Conflict             // somebody else was first
	Missing              // not there, or not yours: the same to the person
	TooMany              // later
	ReadOnly             // the store cannot save just now
)

// A Field is one field of a form, what is wrong with it, and the rule that says so.
type Field struct{ Name, Text, Rule string }

// A Fault is an error with a sentence for people.
type Fault struct {
	Kind   Kind
	Text   string // what happened and what to do
	Rule   string // rule id such as "AE-5.2"; package regulation links it to its article
	Fields []Field
	Cause  error
}

// Error implements error.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Text)
	for _, x := range f.Fields {
		fmt.Fprintf(&b, "；%s：%s", x.Name, x.Text)
	}
	if f.Rule != "" {
		fmt.Fprintf(&b, "（%s）", f.Rule)
	}
	if f.Cause != nil {
		fmt.Fprintf(&b, ": %v", f.Cause)
	}
	return b.String()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Refuse is a refusal by a rule.
func Refuse(rule, format string, args ...any) *Fault {
	return &Fault{Kind: Refused, Rule: rule, Text: fmt.Sprintf(format, args...)}
}

// Clash says that somebody else was first.
func Clash(format string, args ...any) *Fault {
	return &Fault{Kind: Conflict, Text: fmt.Sprintf(format, args...)}
}

// Absent is what a person gets who asks for what is not there or not theirs.
func Absent() *Fault {
	return &Fault{Kind: Missing, Text: "没有找到这个页面，或者你没有查看权限。"}
}

// On is a fault of one field.
func On(name, rule, format string, args ...any) *Fault {
	text := fmt.Sprintf(format, args...)
	return &Fault{Kind: Invalid, Rule: rule, Text: text, Fields: []Field{{name, text, rule}}}
}

// Join makes one Invalid fault of several; nil when there is none.
func Join(fs ...*Fault) error {
	var all *Fault
	for _, f := range fs {
		if f == nil {
			continue
		}
		if all == nil {
			all = &Fault{Kind: Invalid, Text: "有内容需要修改", Rule: f.Rule}
		}
		all.Fields = append(all.Fields, f.Fields...)
	}
	if all == nil {
		return nil
	}
	return all
}

// As finds the fault in err.
func As(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// Is reports whether err is a fault of a kind.
func Is(err error, k Kind) bool {
	f, ok := As(err)
	return ok && f.Kind == k
}
