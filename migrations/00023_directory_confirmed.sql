-- +goose Up
-- Whoever registers says a name; whose it is, nobody knows until the address is proven. Until then only those who keep the record see
-- it: it has no words that others find.
ALTER TABLE directory.profile ADD COLUMN confirmed boolean NOT NULL DEFAULT true;

-- +goose StatementBegin
CREATE FUNCTION directory.hide_unconfirmed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.words_everyone := '';
    NEW.words_alumni := '';
    RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION directory.hide_unconfirmed() FROM PUBLIC;
-- Triggers follow each other by name: this one is behind index_profile.
CREATE TRIGGER index_unconfirmed BEFORE INSERT OR UPDATE ON directory.profile
FOR EACH ROW WHEN (NOT NEW.confirmed) EXECUTE FUNCTION directory.hide_unconfirmed();

ALTER TABLE directory.profile NO FORCE ROW LEVEL SECURITY;
ALTER TABLE identity.person NO FORCE ROW LEVEL SECURITY;
UPDATE directory.profile p SET confirmed = false
FROM identity.person i WHERE i.tenant_id = p.tenant_id AND i.id = p.id AND i.email_verified_at IS NULL;
ALTER TABLE identity.person FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.profile FORCE ROW LEVEL SECURITY;

-- +goose Down
DROP TRIGGER index_unconfirmed ON directory.profile;
DROP FUNCTION directory.hide_unconfirmed();
ALTER TABLE directory.profile DROP COLUMN confirmed;
