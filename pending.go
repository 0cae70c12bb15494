package main

import "errors"

type demoCommand struct{ Place }

func (c *demoCommand) Run(sh *Shell) error { return errors.New("no demo") }
