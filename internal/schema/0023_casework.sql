-- What a draft asks of others (its signing, a view) stands in their inbox although the case is not filed.
UPDATE tasks SET listed = TRUE WHERE state = 'open' AND kind <> '' AND NOT listed;
