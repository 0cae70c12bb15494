package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"slices"

	"yidan/internal/audit"
	"yidan/internal/backup"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/regulation"
	"yidan/internal/schema"
)

func (sh *Shell) json(v any) error {
	e := json.NewEncoder(sh.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

type workdayCommand struct {
	Place
	Date string `arg:"" help:"Day of the event; it does not count."`
	N    int    `arg:"" help:"How many working days."`
	JSON bool   `help:"Print JSON." name:"json"`
}

// Run counts by the district's calendar where there is a store, by the notices
// that came with this release where there is none.
func (c *workdayCommand) Run(sh *Shell) error {
	cal := calendar.Built()
	if c.exists() {
		d, err := c.open(sh)
		if err != nil {
			return err
		}
		defer d.Close()
		if err := d.Read(sh.Context, func(tx *db.Tx) (err error) { cal, err = calendar.Load(tx); return err }); err != nil {
			return err
		}
	}
	sum, err := cal.Add(c.Date, c.N)
	if err != nil {
		return fmt.Errorf("%w: %w", errMisuse, err)
	}
	if c.JSON {
		return sh.json(sum)
	}
	fmt.Fprint(sh.Out, sum.Day)
	if sum.Provisional {
		fmt.Fprint(sh.Out, " provisional")
	}
	fmt.Fprintln(sh.Out)
	for _, s := range sum.Skipped {
		fmt.Fprintf(sh.Out, "  %s %s %s\n", s.Date, s.Weekday, s.Why)
	}
	return nil
}

type rulesCommand struct {
	JSON  bool   `help:"Print JSON." name:"json"`
	Write string `help:"Write docs/rules.md of the module at this root." placeholder:"ROOT"`
}

// Run prints the rules.
func (c *rulesCommand) Run(sh *Shell) error {
	if c.Write != "" {
		return regulation.WriteRules(c.Write)
	}
	if c.JSON {
		return sh.json(regulation.Rules())
	}
	for _, r := range regulation.Rules() {
		built := "later"
		if r.Built {
			built = "built"
		}
		fmt.Fprintf(sh.Out, "%-8s %-6s %s\n", r.ID, built, r.Interface)
	}
	return nil
}

type checkCommand struct{ Place }

// Run checks the declarations, then tells every case again from its events and
// reads every edition against its digest and counts what attachments hold.
// Where there is no store yet, the declarations are all there is to check.
func (c *checkCommand) Run(sh *Shell) error {
	if !c.exists() {
		faults := checked(regulation.Declared(sh.Now()))
		return sh.report(faults, fmt.Sprintf("declarations hold; no store in %s", c.name()))
	}
	var faults []string
	cases := 0
	err := c.reading(sh, func(tx *db.Tx) error {
		env, err := regulation.Wire(tx, sh.Now())
		if err != nil {
			return err
		}
		faults = checked(procedures(env, sh))
		if err := tx.QueryRow(`SELECT count(*) FROM cases`).Scan(&cases); err != nil {
			return err
		}
		more, err := casework.Replay(tx, env, sh.Now())
		faults = append(faults, more...)
		if err != nil {
			return err
		}
		if err = catalog.Verify(tx); errors.Is(err, catalog.ErrDigest) {
			faults, err = append(faults, err.Error()), nil
		}
		if err != nil {
			return err
		}
		gaps, err := document.Missing(tx)
		for _, g := range gaps {
			faults = append(faults, g.String())
		}
		return err
	})
	if err != nil {
		return err
	}
	return sh.report(faults, fmt.Sprintf("declarations hold; %d cases agree with their events", cases))
}

// checked are the faults of declarations.
func checked(ps []*casework.Procedure) (faults []string) {
	for _, p := range ps {
		if err := p.Check(); err != nil {
			faults = append(faults, err.Error())
		}
	}
	return faults
}

// report prints what was found, or that all is well.
func (sh *Shell) report(faults []string, well string) error {
	for _, f := range faults {
		fmt.Fprintln(sh.Out, f)
	}
	if len(faults) > 0 {
		return fmt.Errorf("%d faults", len(faults))
	}
	fmt.Fprintln(sh.Out, well)
	return nil
}

// procedures are today's editions, by name.
func procedures(env *casework.Env, sh *Shell) (ps []*casework.Procedure) {
	for name, es := range env.Editions {
		for _, e := range es {
			p := e.New(sh.Now())
			p.Name, p.Edition = name, e.N
			ps = append(ps, p)
		}
	}
	slices.SortFunc(ps, func(a, b *casework.Procedure) int {
		if a.Name != b.Name {
			if a.Name < b.Name {
				return -1
			}
			return 1
		}
		return a.Edition - b.Edition
	})
	return ps
}

type drawCommand struct {
	Procedure string `arg:"" optional:"" help:"One procedure; all where none is named."`
	Write     string `help:"Write a Markdown file for each into this directory." type:"path" placeholder:"DIR"`
}

// Run draws from the declarations.
func (c *drawCommand) Run(sh *Shell) error {
	found := false
	for _, p := range regulation.Declared(sh.Now()) {
		if c.Procedure != "" && c.Procedure != p.Name {
			continue
		}
		found = true
		if c.Write == "" {
			fmt.Fprintf(sh.Out, "%%%% %s %s, edition %d\n%s", p.Name, p.Title, p.Edition, p.Mermaid())
			continue
		}
		if err := os.MkdirAll(c.Write, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(c.Write, p.Name+".md"), []byte(drawing(p)), 0o644); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("%w: no procedure %q", errMisuse, c.Procedure)
	}
	return nil
}

// drawing is a procedure's golden file.
func drawing(p *casework.Procedure) string {
	return fmt.Sprintf("# %s: %s, edition %d\n\nDrawn from the declaration by `make generate`; terms are the default values.\n\n```mermaid\n%s```\n", p.Name, p.Title, p.Edition, p.Mermaid())
}

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Walk the chain and name the first bad line."`
	Head   auditHead   `cmd:"" help:"The last line's number and hash, to keep on paper."`
	Export auditExport `cmd:"" help:"Write every line as JSON."`
}

type auditVerify struct {
	Place
	File string `help:"Verify an exported file instead of the store."`
	Seq  int64  `help:"Number of a head kept on paper."`
	Hash string `help:"Hash of that head."`
}

// Run verifies.
func (c *auditVerify) Run(sh *Shell) error {
	var want *audit.Head
	if c.Seq > 0 {
		want = &audit.Head{Seq: c.Seq, Hash: c.Hash}
	}
	var head audit.Head
	var err error
	if c.File != "" {
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		if head, err = audit.VerifyExport(f, want); err != nil {
			return err
		}
	} else if err = c.reading(sh, func(tx *db.Tx) error { head, err = audit.Verify(tx, want); return err }); err != nil {
		return err
	}
	fmt.Fprintf(sh.Out, "%d lines hold; head %s\n", head.Seq, head.Hash)
	return nil
}

// reading reads a store that is there.
func (p Place) reading(sh *Shell, f func(tx *db.Tx) error) error {
	d, err := p.existing(sh)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Read(sh.Context, f)
}

type auditHead struct {
	Place
	JSON bool `help:"Print JSON." name:"json"`
}

// Run prints the head.
func (c *auditHead) Run(sh *Shell) error {
	return c.reading(sh, func(tx *db.Tx) error {
		h, err := audit.Last(tx)
		if err != nil {
			return err
		}
		if c.JSON {
			return sh.json(h)
		}
		fmt.Fprintln(sh.Out, h.Seq, h.Hash, h.At)
		return nil
	})
}

type auditExport struct{ Place }

// Run exports.
func (c *auditExport) Run(sh *Shell) error {
	return c.reading(sh, func(tx *db.Tx) error { return audit.Export(tx, sh.Out) })
}

type backupCommand struct {
	Place
	File   string `arg:"" help:"File to write; it must not exist." type:"path"`
	Verify bool   `help:"Restore it into a place of its own as well, and check everything."`
}

// Run writes the backup and puts on record that it was made.
func (c *backupCommand) Run(sh *Shell) error {
	if _, err := os.Stat(c.File); err == nil {
		return fmt.Errorf("%s exists", c.File)
	}
	d, err := c.existing(sh)
	if err != nil {
		return err
	}
	defer d.Close()
	m, digest, err := c.write(sh, d)
	if err != nil {
		return err
	}
	rows := 0
	for _, t := range m.Tables {
		rows += t.Rows
	}
	fmt.Fprintf(sh.Out, "%d tables, %d rows; audit head %d %s\n", len(m.Tables), rows, m.Head.Seq, m.Head.Hash)
	if c.Verify {
		if _, err := tried(sh, c.File); err != nil {
			return err
		}
		fmt.Fprintln(sh.Out, "would come back whole")
	}
	f, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	note := backup.Made{At: sh.Now(), By: "yidan backup " + operator(), File: c.File, Bytes: f.Size(), SHA256: digest, Verified: c.Verify}
	if err := d.Write(sh.Context, func(tx *db.Tx) error { return backup.Note(tx, note) }); err != nil {
		return fmt.Errorf("%s is written, but not on record: %w", c.File, err)
	}
	return nil
}

// write writes beside the file's name first, so that a file of that name is whole.
func (c *backupCommand) write(sh *Shell, d *db.DB) (m backup.Manifest, digest string, err error) {
	part := c.File + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return m, "", err
	}
	defer os.Remove(part)
	h := sha256.New()
	m, err = backup.Write(sh.Context, d, io.MultiWriter(f, h), sh.Now())
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(part, c.File)
	}
	return m, hex.EncodeToString(h.Sum(nil)), err
}

// operator is who runs a command, and where.
func operator() string {
	name, host := "?", "?"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	return name + "@" + host
}

// tried restores a backup into a place of its own and throws it away.
func tried(sh *Shell, file string) (backup.Manifest, error) {
	dir, err := os.MkdirTemp("", "yidan-restore")
	if err != nil {
		return backup.Manifest{}, err
	}
	defer os.RemoveAll(dir)
	return backup.Restore(sh.Context, file, dir, schema.Files, catalog.Verify)
}

type restoreCommand struct {
	File       string `arg:"" help:"Backup to read."`
	Data       string `help:"Empty directory to restore into." type:"path"`
	VerifyOnly bool   `help:"Restore into a place of its own, check everything, and throw it away."`
}

// Run restores or checks.
func (c *restoreCommand) Run(sh *Shell) error {
	var m backup.Manifest
	var err error
	done := "would come back whole"
	switch {
	case c.VerifyOnly:
		m, err = tried(sh, c.File)
	case c.Data == "":
		return fmt.Errorf("%w: say --data DIR or --verify-only", errMisuse)
	default:
		m, err = backup.Restore(sh.Context, c.File, c.Data, schema.Files, catalog.Verify)
		done = "restored into " + c.Data
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.Out, "%s; audit head %d %s\n", done, m.Head.Seq, m.Head.Hash)
	return nil
}
