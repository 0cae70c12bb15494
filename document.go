package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/handover"
	"yidan/internal/regulation"
)

type checkDocumentCommand struct {
	Place
	File string `arg:"" help:"Draft notice: a Word document (.docx) or a text file (.txt, UTF-8)." type:"path"`
	JSON bool   `help:"Print JSON." name:"json"`
}

// Help says what the exit code means.
func (c *checkDocumentCommand) Help() string {
	return `Every sentence that charges a township is held against the list, what is admitted and what needs no application,
and says why it belongs where it does. The exit code is 1 where something must be admitted first or forbidden wording
is used.`
}

// errNotice reports that a draft is not to be sent as it is, which is told already.
var errNotice = errors.New("the notice is not to be sent as it is")

// maxDraft is how many bytes a text file has.
const maxDraft = 1 << 20

// Run checks a draft; nothing is kept.
func (c *checkDocumentCommand) Run(sh *Shell) error {
	text, err := readDraft(c.File)
	if err != nil {
		return err
	}
	d, err := c.existing(sh)
	if err != nil {
		return err
	}
	defer d.Close()
	var k handover.Known
	if err := d.Read(sh.Context, func(tx *db.Tx) (err error) { k, err = regulation.Notices(tx, sh.Now()); return err }); err != nil {
		return err
	}
	got := handover.CheckNotice(text, k)
	if c.JSON {
		if err := sh.json(got); err != nil {
			return err
		}
	} else {
		for _, s := range got.Tasks {
			fmt.Fprintf(sh.Out, "%d %s：%s\n  %s\n", s.No, handover.MarkName(s.Mark), s.Text, s.Why)
		}
		for _, h := range got.Wordings {
			fmt.Fprintf(sh.Out, "%d 用语“%s”：%s（%s）\n", h.No, h.Words, h.Why, h.Source)
		}
		for _, n := range got.Notes {
			fmt.Fprintln(sh.Out, n)
		}
	}
	if got.Count(handover.Apply) > 0 || len(got.Wordings) > 0 {
		return errNotice
	}
	return nil
}

// readDraft is what a file says.
func readDraft(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if strings.EqualFold(filepath.Ext(name), ".docx") {
		st, err := f.Stat()
		if err != nil {
			return "", err
		}
		ps, err := document.Text(f, st.Size())
		return strings.Join(ps, "\n"), err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxDraft+1))
	switch {
	case err != nil:
		return "", err
	case len(b) > maxDraft || !utf8.Valid(b):
		return "", fmt.Errorf("%s: neither .docx nor UTF-8 text below 1 MB", name)
	}
	return string(b), nil
}
