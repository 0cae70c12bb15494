package web

// adminRoutes are the three administrators.
var adminRoutes = []Route{}
