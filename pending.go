package main

import "errors"

type importCommand struct{ Place }

func (c *importCommand) Run(sh *Shell) error { return errors.New("no import") }

type listCommand struct{ Place }

func (c *listCommand) Run(sh *Shell) error { return errors.New("no list") }
