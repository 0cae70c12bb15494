package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/message"
	"yidan/internal/schema"
	"yidan/internal/web"
)

type demoCommand struct {
	Place
	Addr string `help:"Address to listen on." default:"127.0.0.1:8080" env:"YIDAN_ADDR"`
}

// Run serves the demo district, which it makes first where there is none.
func (c *demoCommand) Run(sh *Shell) error {
	d, err := c.openDemo(sh)
	if err != nil {
		return err
	}
	defer d.Close()
	site := newSite(sh, d)
	site.District, site.Contact, site.Demo = demo.Name, "区委编办", true
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

// openDemo opens the store with the demo in it. A directory is made whole beside
// its place and then moved there, so that a start which was broken off leaves
// nothing half done.
func (c *demoCommand) openDemo(sh *Shell) (*db.DB, error) {
	if c.DB != "" {
		d, err := c.open(sh)
		if err != nil {
			return nil, err
		}
		if err := furnish(sh.Context, d, sh.Now()); err != nil {
			d.Close()
			return nil, err
		}
		return d, nil
	}
	taken, err := occupied(c.Data)
	if err != nil {
		return nil, err
	}
	if !taken {
		fmt.Fprintln(sh.Out, "正在建立演示区……")
		if err := build(sh, c.Data); err != nil {
			return nil, err
		}
	}
	d, err := c.open(sh)
	if err != nil {
		return nil, err
	}
	stands, err := demo.Stands(sh.Context, d)
	if err == nil && !stands {
		err = fmt.Errorf("%s holds something else than a demo; choose an empty place", c.Data)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// occupied reports whether there is anything in a directory.
func occupied(dir string) (bool, error) {
	es, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return false, nil
	}
	return len(es) > 0, err
}

func build(sh *Shell, dir string) error {
	next := filepath.Clean(dir) + ".new"
	if err := os.RemoveAll(next); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(next), 0o755); err != nil {
		return err
	}
	d, err := db.Open(sh.Context, next, schema.Files)
	if err != nil {
		return err
	}
	err = furnish(sh.Context, d, sh.Now())
	d.Close()
	if err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !os.IsNotExist(err) { // an empty directory
		return err
	}
	return os.Rename(next, dir)
}

// furnish makes the demo in a store where it does not stand yet.
func furnish(ctx context.Context, d *db.DB, now time.Time) error {
	stands, err := demo.Stands(ctx, d)
	if err != nil || stands {
		return err
	}
	_, err = demo.Seed(ctx, d, now)
	return err
}
