package web

// helpRoutes are help, the regulations, their rules.
var helpRoutes = []Route{}
