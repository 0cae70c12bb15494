package web

// registerRoutes are admitted tasks and the other registers, the archive, verifying a paper.
var registerRoutes = []Route{}
