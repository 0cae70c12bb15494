package web

// publicRoutes are what everybody may see without signing in.
var publicRoutes = []Route{}
