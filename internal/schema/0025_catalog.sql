-- Owner: package catalog. A change whose case was sent back after it was permitted is
-- permitted no more: no edition issues it (DM-8.6).
CREATE TABLE recalls (
	approval_id TEXT NOT NULL PRIMARY KEY REFERENCES approvals (id),
	recalled_at TEXT NOT NULL CHECK (recalled_at <> '')
);

DROP VIEW issue_faults;
CREATE VIEW issue_faults AS
SELECT e.no AS edition, '' AS item_id, 'not the next edition' AS fault
FROM editions e
WHERE e.issued_on IS NULL AND e.no <> 1 + coalesce((SELECT max(p.no) FROM editions p WHERE p.issued_on IS NOT NULL), 0)
UNION ALL
SELECT e.no, '', 'nothing changes'
FROM editions e
WHERE e.issued_on IS NULL AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.edition = e.no)
UNION ALL
SELECT e.no, v.item_id, 'not approved'
FROM editions e JOIN versions v ON v.edition = e.no JOIN approvals a ON a.id = v.approval_id
WHERE e.issued_on IS NULL AND (a.item_id <> v.item_id OR coalesce(a.text_id, '') <> coalesce(v.text_id, ''))
UNION ALL
SELECT e.no, v.item_id, 'written against another text'
FROM editions e JOIN versions v ON v.edition = e.no JOIN approvals a ON a.id = v.approval_id
WHERE e.issued_on IS NULL AND a.base_id <> coalesce((SELECT p.text_id FROM versions p JOIN editions q ON q.no = p.edition
	WHERE p.item_id = v.item_id AND q.issued_on IS NOT NULL ORDER BY p.edition DESC LIMIT 1), '')
UNION ALL
SELECT e.no, v.item_id, 'no basis'
FROM editions e JOIN versions v ON v.edition = e.no JOIN texts t ON t.id = v.text_id
WHERE e.issued_on IS NULL AND t.part <> 'taken_back' AND NOT EXISTS (SELECT 1 FROM text_bases b WHERE b.text_id = v.text_id)
UNION ALL
SELECT e.no, v.item_id, 'no lead department'
FROM editions e JOIN versions v ON v.edition = e.no
WHERE e.issued_on IS NULL
AND EXISTS (SELECT 1 FROM text_departments d WHERE d.text_id = v.text_id AND d.role = 'joint')
AND NOT EXISTS (SELECT 1 FROM text_departments d WHERE d.text_id = v.text_id AND d.role = 'lead')
UNION ALL
SELECT e.no, v.item_id, 'no longer approved'
FROM editions e JOIN versions v ON v.edition = e.no JOIN recalls r ON r.approval_id = v.approval_id
WHERE e.issued_on IS NULL;
