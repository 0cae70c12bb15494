// Yidan 依单 keeps a district's 《乡镇（街道）职责任务清单》: the list that says what a
// township must do, what it helps with, and what departments may not push down to it.
//
// This file wires the rooms together and offers them as commands.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"yidan/internal/db"
	"yidan/internal/schema"
)

// A Shell is what a command is run in: a test can be one.
type Shell struct {
	Context context.Context
	Out     io.Writer
	Err     io.Writer
	Now     func() time.Time
}

// Place is where the store is. What the command line says goes before what the
// environment says.
type Place struct {
	Data string `help:"Directory of the SQLite store ($YIDAN_DATA; \"data\" where nothing is said)." type:"path" xor:"place" placeholder:"DIR"`
	DB   string `help:"Address of a PostgreSQL store, postgres://… ($YIDAN_DB)." name:"db" xor:"place" placeholder:"URL"`
}

func (p Place) source() string {
	return cmp.Or(p.DB, p.Data, os.Getenv("YIDAN_DB"), os.Getenv("YIDAN_DATA"), "data")
}

// name is the source as messages name it: without a password.
func (p Place) name() string {
	s := p.source()
	if u, err := url.Parse(s); err == nil && db.IsURL(s) {
		return u.Redacted()
	}
	return s
}

// open opens the store of a command and makes it where there is none.
func (p Place) open(sh *Shell) (*db.DB, error) {
	return db.Open(sh.Context, p.source(), schema.Files)
}

// exists reports whether a store may be there: a PostgreSQL is asked by opening it.
func (p Place) exists() bool {
	if db.IsURL(p.source()) {
		return true
	}
	_, err := os.Stat(filepath.Join(p.source(), db.File))
	return err == nil
}

// existing opens a store that has to be there. A mistyped directory is an
// error and not a store without a line.
func (p Place) existing(sh *Shell) (*db.DB, error) {
	if !p.exists() {
		return nil, fmt.Errorf("no store in %s", p.name())
	}
	return p.open(sh)
}

type commands struct {
	Serve         serveCommand         `cmd:"" help:"Serve the district."`
	Demo          demoCommand          `cmd:"" help:"Serve a demo district with invented units and cases."`
	Workday       workdayCommand       `cmd:"" help:"The Nth working day after a date, and the days skipped."`
	Import        importCommand        `cmd:"" help:"Import a list from a spreadsheet as the district's first edition."`
	List          listCommand          `cmd:"" help:"The list as it stood on a day."`
	Diff          diffCommand          `cmd:"" help:"What two editions, or two days, tell differently."`
	Instruments   instrumentsCommand   `cmd:"" help:"The register of laws, regulations, rules and policy documents."`
	Impact        impactCommand        `cmd:"" help:"What a change of a law would reach: which items, what they still rest on, who must apply by when."`
	Rules         rulesCommand         `cmd:"" help:"Every rule of the regulations, where it is met and what proves it."`
	Check         checkCommand         `cmd:"" help:"Check the declarations, and the rows against the events."`
	Draw          drawCommand          `cmd:"" help:"Draw the procedures (Mermaid)."`
	Audit         auditCommand         `cmd:"" help:"The chained record."`
	Backup        backupCommand        `cmd:"" help:"Write the whole store into one file."`
	Restore       restoreCommand       `cmd:"" help:"Bring a backup back, or only check that it would come back."`
	CheckDocument checkDocumentCommand `cmd:"" name:"check-document" help:"Check a draft notice to townships, sentence by sentence."`
}

// errMisuse marks what is wrong with the command line itself.
var errMisuse = errors.New("misuse")

// run runs one command line; the exit code is 0, 1 for a failure, 2 for misuse.
func run(sh *Shell, args []string) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c, kong.Name("yidan"), kong.Description("依单：乡镇（街道）职责任务清单平台"),
		kong.Writers(sh.Out, sh.Err), kong.Exit(func(code int) { exit = code }), kong.Bind(sh))
	if err != nil {
		fmt.Fprintln(sh.Err, err)
		return 2
	}
	cmd, err := parser.Parse(args)
	if exit >= 0 { // help was asked for and given
		return exit
	}
	if err == nil {
		err = cmd.Run(sh)
	} else {
		err = fmt.Errorf("%w: %w", errMisuse, err)
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errMisuse):
		fmt.Fprintln(sh.Err, "yidan:", err)
		return 2
	}
	fmt.Fprintln(sh.Err, "yidan:", err)
	return 1
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(&Shell{Context: ctx, Out: os.Stdout, Err: os.Stderr, Now: time.Now}, os.Args[1:]))
}
