package web

// listRoutes are the list for those who have signed in, import and editions.
var listRoutes = []Route{}
