package audit

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"

	"yidan/internal/db"
)

// A Break is the first place at which the chain does not hold.
type Break struct {
	Seq  int64
	What string
}

func (b *Break) Error() string { return fmt.Sprintf("audit: line %d: %s", b.Seq, b.What) }

// Verify walks the chain from its first line and returns a *Break at the first
// line that was changed, removed, added or moved. Where want is given (the head
// kept on paper), a chain that does not contain it is broken too: somebody may
// have written the whole of it anew.
func Verify(tx *db.Tx, want *Head) (Head, error) {
	var last Head
	met := want == nil || want.Seq == 0
	err := db.Each(tx, func(r *sql.Rows) error {
		var l row
		if err := r.Scan(&l.Seq, &l.At, &l.Person, &l.Unit, &l.Action, &l.Object, &l.Result, &l.Body, &l.Prev, &l.Hash); err != nil {
			return err
		}
		if what := l.fault(last); what != "" {
			return &Break{last.Seq + 1, what}
		}
		last = Head{Seq: l.Seq, Hash: l.Hash, At: l.At}
		if want != nil && want.Seq == l.Seq {
			if want.Hash != l.Hash {
				return &Break{l.Seq, "differs from the head that was kept"}
			}
			met = true
		}
		return nil
	}, `SELECT seq, at, person, unit, action, object, result, body, prev, hash FROM audit ORDER BY seq`)
	if err == nil && !met {
		err = &Break{last.Seq + 1, fmt.Sprintf("the chain ends before line %d, which was kept", want.Seq)}
	}
	return last, err
}

// row is a line as it is stored and exported.
type row struct {
	Seq    int64  `json:"seq"`
	At     string `json:"at"`
	Person string `json:"person"`
	Unit   string `json:"unit"`
	Action string `json:"action"`
	Object string `json:"object"`
	Result string `json:"result"`
	Body   string `json:"body"`
	Prev   string `json:"prev"`
	Hash   string `json:"hash"`
}

// fault says what is wrong with a line that should follow last.
func (l row) fault(last Head) string {
	var b Line
	switch {
	case l.Seq != last.Seq+1:
		return "is missing or out of order"
	case l.Prev != last.Hash:
		return "does not follow the line before"
	case Hash(l.Prev, []byte(l.Body)) != l.Hash:
		return "was changed"
	case json.Unmarshal([]byte(l.Body), &b) != nil || b.Seq != l.Seq || b.Person != l.Person || b.Unit != l.Unit || b.Action != l.Action || b.Object != l.Object || b.Result != l.Result:
		return "its columns differ from what was chained"
	}
	if at, _ := db.At(b.At).Value(); at != l.At {
		return "its time differs from what was chained"
	}
	return ""
}

// Export writes the chain as one JSON object a line, which `yidan audit verify
// --file` or any program with SM3 can check without this database.
func Export(tx *db.Tx, w io.Writer) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	err := db.Each(tx, func(r *sql.Rows) error {
		var l row
		if err := r.Scan(&l.Seq, &l.At, &l.Person, &l.Unit, &l.Action, &l.Object, &l.Result, &l.Body, &l.Prev, &l.Hash); err != nil {
			return err
		}
		return e.Encode(l)
	}, `SELECT seq, at, person, unit, action, object, result, body, prev, hash FROM audit ORDER BY seq`)
	if err != nil {
		return err
	}
	return out.Flush()
}

// VerifyExport is Verify for an exported chain.
func VerifyExport(r io.Reader, want *Head) (last Head, err error) {
	met := want == nil || want.Seq == 0
	for d := json.NewDecoder(r); ; {
		var l row
		if err := d.Decode(&l); err == io.EOF {
			break
		} else if err != nil {
			return last, &Break{last.Seq + 1, "cannot be read"}
		}
		if what := l.fault(last); what != "" {
			return last, &Break{last.Seq + 1, what}
		}
		last = Head{Seq: l.Seq, Hash: l.Hash, At: l.At}
		if want != nil && want.Seq == l.Seq {
			if want.Hash != l.Hash {
				return last, &Break{l.Seq, "differs from the head that was kept"}
			}
			met = true
		}
	}
	if !met {
		return last, &Break{last.Seq + 1, fmt.Sprintf("the chain ends before line %d, which was kept", want.Seq)}
	}
	return last, nil
}
