CREATE FUNCTION org_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'org: % stay on record', TG_TABLE_NAME; END $$;
CREATE TRIGGER people_delete BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION org_stays();
CREATE TRIGGER posts_delete BEFORE DELETE ON posts FOR EACH ROW EXECUTE FUNCTION org_stays();
CREATE TRIGGER units_delete BEFORE DELETE ON units FOR EACH ROW EXECUTE FUNCTION org_stays();
CREATE TRIGGER deputies_delete BEFORE DELETE ON deputies FOR EACH ROW EXECUTE FUNCTION org_stays();

CREATE FUNCTION org_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.created_by <> '' AND (NEW.admitted_at <> '' OR NEW.admitted_by <> ''
			OR NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.created_by AND class = 'accounts' AND disabled_at = '')) THEN
			RAISE EXCEPTION 'org: an accounts administrator makes an account, and it is inert';
		END IF;
		RETURN NEW;
	END IF;
	IF NEW.id <> OLD.id OR NEW.class <> OLD.class OR NEW.created_by <> OLD.created_by OR (OLD.admitted_by <> '' AND NEW.admitted_by <> OLD.admitted_by) THEN
		RAISE EXCEPTION 'org: a person keeps class and maker';
	END IF;
	IF NEW.admitted_by <> OLD.admitted_by AND NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.admitted_by AND class = 'policy' AND disabled_at = '' AND admitted_at <> '') THEN
		RAISE EXCEPTION 'org: a policy administrator admits';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER people_class BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION org_person();

CREATE FUNCTION org_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.granted_by AND class = 'policy' AND disabled_at = '' AND admitted_at <> '')
		OR EXISTS (SELECT 1 FROM people WHERE id = NEW.person_id AND created_by = NEW.granted_by) THEN
			RAISE EXCEPTION 'org: a policy administrator grants posts';
		END IF;
		RETURN NEW;
	END IF;
	IF NEW.id <> OLD.id OR NEW.person_id <> OLD.person_id OR NEW.unit_id <> OLD.unit_id OR NEW.duty <> OLD.duty OR NEW.from_on <> OLD.from_on OR NEW.until_on <> OLD.until_on
	OR NEW.granted_by <> OLD.granted_by OR NEW.granted_at <> OLD.granted_at OR (OLD.revoked_on <> '' AND NEW.revoked_on <> OLD.revoked_on) THEN
		RAISE EXCEPTION 'org: a post is granted or revoked, never changed';
	END IF;
	IF NEW.revoked_on <> OLD.revoked_on AND NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.revoked_by AND class = 'policy') THEN
		RAISE EXCEPTION 'org: a policy administrator revokes posts';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER posts_granted BEFORE INSERT OR UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION org_post();

CREATE FUNCTION org_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.id <> OLD.id OR NEW.kind <> OLD.kind THEN RAISE EXCEPTION 'org: a unit keeps its kind'; END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER units_kind BEFORE UPDATE ON units FOR EACH ROW EXECUTE FUNCTION org_unit();

CREATE FUNCTION org_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND (NEW.role <> OLD.role OR NEW.unit_id <> OLD.unit_id OR NEW.from_on <> OLD.from_on)
	OR EXISTS (SELECT 1 FROM offices o WHERE o.id <> NEW.id AND o.role = NEW.role AND (o.until_on = '' OR o.until_on >= NEW.from_on) AND (NEW.until_on = '' OR NEW.until_on >= o.from_on))
	OR NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.appointed_by AND class = 'policy') THEN
		RAISE EXCEPTION 'org: one unit holds an office at a time';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER offices_one BEFORE INSERT OR UPDATE ON offices FOR EACH ROW EXECUTE FUNCTION org_office();

CREATE FUNCTION org_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF EXISTS (SELECT 1 FROM deputies o WHERE o.post_id = NEW.post_id AND o.ended_on = '' AND o.until_on >= NEW.from_on AND NEW.until_on >= o.from_on) THEN
			RAISE EXCEPTION 'org: one deputy for a post at a time';
		END IF;
	ELSIF NEW.post_id <> OLD.post_id OR NEW.absent_id <> OLD.absent_id OR NEW.deputy_id <> OLD.deputy_id OR NEW.from_on <> OLD.from_on OR NEW.until_on <> OLD.until_on OR OLD.ended_on <> '' THEN
		RAISE EXCEPTION 'org: a deputy is arranged or ended, never changed';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER deputies_one BEFORE INSERT OR UPDATE ON deputies FOR EACH ROW EXECUTE FUNCTION org_deputy();
