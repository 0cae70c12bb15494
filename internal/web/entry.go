package web

// entryRoutes are signing in, set-up, passwords, second factors, switching posts.
var entryRoutes = []Route{}
