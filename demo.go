package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/message"
	"yidan/internal/web"
)

// demoCommand has a place of its own: nothing that is meant for a real district
// may lead to it.
type demoCommand struct {
	Data string `help:"Directory of the demo." type:"path" default:"demo" xor:"place"`
	DB   string `help:"Address of a PostgreSQL store for the demo (postgres://…)." name:"db" xor:"place"`
	Addr string `help:"Address to listen on." default:"127.0.0.1:8080" env:"YIDAN_ADDR"`
}

// Run serves the demo district, which it makes first where there is none.
func (c *demoCommand) Run(sh *Shell) error {
	d, err := c.openDemo(sh)
	if err != nil {
		return err
	}
	defer d.Close()
	site := newDemoSite(sh, d)
	for _, a := range demo.Accounts() {
		site.Accounts = append(site.Accounts, web.Account(a))
	}
	return serve(sh, site, &message.Mail{DB: d}, c.Addr, func(addr string) {
		for _, a := range site.Accounts {
			fmt.Fprintf(sh.Out, "  %-16s %s\n", a.Login, a.Post)
		}
		fmt.Fprintf(sh.Out, "以上是演示账号，密码都是 %s\n依单演示区在 http://%s 运行\n", demo.Password, addr)
	})
}

// newDemoSite is the demo's site. Its accounts are open to everybody, so that
// their passwords never grow too old.
func newDemoSite(sh *Shell, d *db.DB) *web.Site {
	site := newSite(sh, d)
	site.District, site.Contact, site.Demo = demo.Name, "区委编办", true
	visit := site.Visit
	site.Visit = func(ctx context.Context, token string, now time.Time) (web.Visitor, error) {
		v, err := visit(ctx, token, now)
		v.MustChange = false
		return v, err
	}
	return site
}

// openDemo opens the store with the demo in it, and makes it where there is none.
func (c *demoCommand) openDemo(sh *Shell) (*db.DB, error) {
	place := Place{Data: c.Data, DB: c.DB}
	if taken, err := occupied(c.Data); err != nil {
		return nil, err
	} else if c.DB == "" && !taken {
		if err := build(sh, c.Data); err != nil {
			return nil, err
		}
	}
	d, err := place.open(sh)
	if err != nil {
		return nil, err
	}
	if err := furnish(sh, d, place.name()); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// occupied reports whether there is anything in a directory.
func occupied(dir string) (bool, error) {
	es, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return len(es) > 0, err
}

// build makes the demo whole beside its place and then moves it there, so that a
// start which was broken off leaves nothing half done.
func build(sh *Shell, dir string) error {
	next := filepath.Clean(dir) + ".new"
	if err := os.RemoveAll(next); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(next), 0o755); err != nil {
		return err
	}
	d, err := Place{Data: next}.open(sh)
	if err != nil {
		return err
	}
	err = furnish(sh, d, next)
	d.Close()
	if err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty directory
		return err
	}
	return os.Rename(next, dir)
}

// furnish makes the demo in a store where nothing stands yet.
func furnish(sh *Shell, d *db.DB, source string) error {
	switch holds, err := demo.Look(sh.Context, d); {
	case err != nil, holds == demo.Demo:
		return err
	case holds == demo.Another:
		return fmt.Errorf("%s holds another district; choose an empty place", source)
	case holds == demo.Unfinished:
		return fmt.Errorf("%s holds a demo whose making was broken off; empty it and start again (PostgreSQL: DROP SCHEMA public CASCADE; CREATE SCHEMA public)", source)
	}
	fmt.Fprintln(sh.Out, "正在建立演示区……")
	_, err := demo.Seed(sh.Context, d, sh.Now())
	return err
}
