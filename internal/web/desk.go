package web

// deskRoutes are first screens, inbox, lists of cases, messages, search.
var deskRoutes = []Route{}
