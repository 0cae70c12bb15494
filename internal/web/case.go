package web

// caseRoutes are one case: its page, answering, acts, drafts, files, prints.
var caseRoutes = []Route{}
