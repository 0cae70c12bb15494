CREATE TRIGGER people_class BEFORE UPDATE ON people
WHEN NEW.id <> OLD.id OR NEW.class <> OLD.class OR NEW.created_by <> OLD.created_by OR (OLD.admitted_by <> '' AND NEW.admitted_by <> OLD.admitted_by)
BEGIN SELECT RAISE(ABORT, 'org: a person keeps class and maker'); END;
CREATE TRIGGER people_delete BEFORE DELETE ON people
BEGIN SELECT RAISE(ABORT, 'org: people stay on record'); END;
CREATE TRIGGER people_admitted BEFORE UPDATE ON people
WHEN NEW.admitted_by <> OLD.admitted_by AND NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.admitted_by AND class = 'policy' AND disabled_at = '' AND admitted_at <> '')
BEGIN SELECT RAISE(ABORT, 'org: a policy administrator admits'); END;
CREATE TRIGGER people_made BEFORE INSERT ON people
WHEN NEW.created_by <> '' AND (NEW.admitted_at <> '' OR NEW.admitted_by <> ''
	OR NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.created_by AND class = 'accounts' AND disabled_at = ''))
BEGIN SELECT RAISE(ABORT, 'org: an accounts administrator makes an account, and it is inert'); END;
CREATE TRIGGER posts_granted BEFORE INSERT ON posts
WHEN NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.granted_by AND class = 'policy' AND disabled_at = '' AND admitted_at <> '')
	OR EXISTS (SELECT 1 FROM people WHERE id = NEW.person_id AND created_by = NEW.granted_by)
BEGIN SELECT RAISE(ABORT, 'org: a policy administrator grants posts'); END;
CREATE TRIGGER posts_kept BEFORE UPDATE ON posts
WHEN NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.unit_id <> OLD.unit_id OR NEW.duty <> OLD.duty OR NEW.from_on <> OLD.from_on OR NEW.until_on <> OLD.until_on
	OR NEW.granted_by <> OLD.granted_by OR NEW.granted_at <> OLD.granted_at OR (OLD.revoked_on <> '' AND NEW.revoked_on <> OLD.revoked_on)
BEGIN SELECT RAISE(ABORT, 'org: a post is granted or revoked, never changed'); END;
CREATE TRIGGER posts_delete BEFORE DELETE ON posts
BEGIN SELECT RAISE(ABORT, 'org: posts stay on record'); END;
CREATE TRIGGER posts_revoked BEFORE UPDATE ON posts
WHEN NEW.revoked_on <> OLD.revoked_on AND NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.revoked_by AND class = 'policy')
BEGIN SELECT RAISE(ABORT, 'org: a policy administrator revokes posts'); END;
CREATE TRIGGER units_delete BEFORE DELETE ON units
BEGIN SELECT RAISE(ABORT, 'org: units stay on record'); END;
CREATE TRIGGER units_kind BEFORE UPDATE ON units
WHEN NEW.id <> OLD.id OR NEW.kind <> OLD.kind
BEGIN SELECT RAISE(ABORT, 'org: a unit keeps its kind'); END;
CREATE TRIGGER offices_one BEFORE INSERT ON offices
WHEN EXISTS (SELECT 1 FROM offices o WHERE o.role = NEW.role AND (o.until_on = '' OR o.until_on >= NEW.from_on) AND (NEW.until_on = '' OR NEW.until_on >= o.from_on))
	OR NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.appointed_by AND class = 'policy')
BEGIN SELECT RAISE(ABORT, 'org: one unit holds an office at a time'); END;
CREATE TRIGGER offices_one_still BEFORE UPDATE ON offices
WHEN NEW.role <> OLD.role OR NEW.unit_id <> OLD.unit_id OR NEW.from_on <> OLD.from_on
	OR EXISTS (SELECT 1 FROM offices o WHERE o.id <> NEW.id AND o.role = NEW.role AND (o.until_on = '' OR o.until_on >= NEW.from_on) AND (NEW.until_on = '' OR NEW.until_on >= o.from_on))
BEGIN SELECT RAISE(ABORT, 'org: one unit holds an office at a time'); END;
CREATE TRIGGER deputies_one BEFORE INSERT ON deputies
WHEN EXISTS (SELECT 1 FROM deputies o WHERE o.post_id = NEW.post_id AND o.ended_on = '' AND o.until_on >= NEW.from_on AND NEW.until_on >= o.from_on)
BEGIN SELECT RAISE(ABORT, 'org: one deputy for a post at a time'); END;
CREATE TRIGGER deputies_kept BEFORE UPDATE ON deputies
WHEN NEW.post_id <> OLD.post_id OR NEW.absent_id <> OLD.absent_id OR NEW.deputy_id <> OLD.deputy_id OR NEW.from_on <> OLD.from_on OR NEW.until_on <> OLD.until_on OR OLD.ended_on <> ''
BEGIN SELECT RAISE(ABORT, 'org: a deputy is arranged or ended, never changed'); END;
CREATE TRIGGER deputies_delete BEFORE DELETE ON deputies
BEGIN SELECT RAISE(ABORT, 'org: deputies stay on record'); END;
