-- +goose Up

-- Which profiles changed, for the indexes that processes hold in memory. A follower remembers the snapshot of its last look and asks
-- for what was not visible in it: nothing is missed, in whatever order transactions commit, and no writer waits for another.
CREATE TABLE directory.change (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    person_id  uuid NOT NULL,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (tenant_id, xid, person_id)
);
CREATE INDEX change_at ON directory.change (at);
SELECT tenancy.protect('directory.change', 'SELECT, INSERT');

-- +goose StatementBegin
CREATE FUNCTION directory.note_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO directory.change (tenant_id, person_id) SELECT tenant_id, id FROM changed ON CONFLICT DO NOTHING;
    PERFORM pg_notify('stoa_directory', tenant_id::text) FROM (SELECT DISTINCT tenant_id FROM changed) c;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER note_insert AFTER INSERT ON directory.profile REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION directory.note_change();
CREATE TRIGGER note_update AFTER UPDATE ON directory.profile REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION directory.note_change();
CREATE TRIGGER note_delete AFTER DELETE ON directory.profile REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION directory.note_change();

-- Changes go after an hour: who looked longer ago reads everything anew.
GRANT SELECT, DELETE ON directory.change TO stoa_search;
CREATE POLICY sweep ON directory.change TO stoa_search USING (at < now() - interval '1 hour');
CREATE FUNCTION directory.sweep() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM directory.change WHERE at < now() - interval '1 hour' RETURNING 1) SELECT count(*) FROM gone
$$;

-- A word is a run of letters and digits of any script, as both engines see it; to_tsvector's own parser knows addresses, numbers
-- and hyphens, and would take words apart that were typed as one.
CREATE FUNCTION directory.split(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT btrim(regexp_replace(directory.fold(value), '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g'))
$$;

-- lexemes writes the words of a value as a tsvector's text, with a weight.
CREATE FUNCTION directory.lexemes(value text, weight text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT replace(nullif(directory.split(value), ''), ' ', ':1' || weight || ' ') || ':1' || weight
$$;

CREATE OR REPLACE FUNCTION directory.words(p directory.profile, audience smallint) RETURNS tsvector
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(' ', directory.lexemes(p.name, 'A'),
        CASE WHEN p.see_company <= audience THEN directory.lexemes(p.company, 'B') END,
        CASE WHEN p.see_title <= audience THEN directory.lexemes(p.title, 'B') END,
        CASE WHEN p.see_headline <= audience THEN directory.lexemes(p.headline, 'C') END,
        CASE WHEN p.see_place <= audience THEN directory.lexemes(p.city, 'D') END)::tsvector
$$;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION directory.spellings(typed text, last boolean, OUT exact tsquery, OUT names tsquery, OUT anywhere tsquery)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_setting('app.tenant_id')::uuid;
    alike text[];
    alternatives text;
    place text;
    -- Whoever goes on to the next word has finished this one: a whole word lets the index begin with the rarest of them.
    whole boolean := NOT last AND EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.word = typed);
    beginning text := quote_literal(typed) || CASE WHEN whole THEN '' ELSE ':*' END;
    is_name boolean := EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.name
        AND (n.word = typed OR NOT whole AND n.word >= typed AND n.word < typed || chr(1114111)));
BEGIN
    IF is_name THEN
        exact := (beginning || CASE WHEN whole THEN ':A' ELSE 'A' END)::tsquery;
    END IF;
    IF length(typed) > 2 THEN
        SELECT array_agg(w.word) INTO alike FROM (
            SELECT n.word FROM directory.word n WHERE n.tenant_id = tenant AND n.name AND n.sound = directory.sound(typed) AND n.word <> typed
            ORDER BY n.word LIMIT 24) w;
    END IF;
    -- Only words of plain letters can look alike: trigrams of other scripts are not letters.
    IF NOT is_name AND length(typed) > 3 AND typed ~ '^[a-z0-9]+$'
            AND NOT EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.word >= typed AND n.word < typed || chr(1114111)) THEN
        SELECT alike || array_agg(w.word) INTO alike FROM (
            SELECT n.word FROM directory.word n
            WHERE n.tenant_id = tenant AND n.name AND n.word % typed AND similarity(n.word, typed) >= CASE WHEN length(typed) < 6 THEN 0.33::real ELSE 0.4::real END
            ORDER BY similarity(n.word, typed) DESC, n.word LIMIT 8) w;
    END IF;
    SELECT string_agg(quote_literal(w) || ':A', ' | ') INTO alternatives FROM unnest(alike) w;
    SELECT '(' || replace(a.canonical, ' ', ' & ') || ')' INTO place FROM directory.alias a WHERE a.kind = 'city' AND a.alias = typed;
    names := nullif(concat_ws(' | ', exact::text, alternatives), '')::tsquery;
    anywhere := concat_ws(' | ', beginning, place, alternatives)::tsquery;
END $$;

CREATE OR REPLACE FUNCTION directory.queries(typed text) RETURNS tsquery[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tokens text[] := (string_to_array(nullif(directory.split(typed), ''), ' '))[1:8];
    spelling record;
    tiers tsquery[];
BEGIN
    FOR place IN 1..coalesce(cardinality(tokens), 0) LOOP
        SELECT * INTO spelling FROM directory.spellings(tokens[place], place = cardinality(tokens));
        IF tiers IS NULL THEN
            tiers := ARRAY[spelling.exact, spelling.names, spelling.anywhere];
        ELSE -- null stays null: one word that is no name takes the tier away
            tiers := ARRAY[tiers[1] && spelling.exact, tiers[2] && spelling.names, tiers[3] && spelling.anywhere];
        END IF;
    END LOOP;
    RETURN tiers;
END $$;

-- matches is everybody whom a viewer finds by words, in no order: what facets count.
CREATE OR REPLACE FUNCTION directory.matches(typed text, audience smallint, me uuid, my_batch uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 1000 AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT p.id FROM directory.profile p WHERE p.tenant_id = $4 AND p.deleted_at IS NULL AND ' || directory.found(audience)
    USING (directory.queries(typed))[3], me, my_batch, current_setting('app.tenant_id')::uuid;
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA directory FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.split(text), directory.lexemes(text, text) TO stoa_app, stoa_search;
GRANT EXECUTE ON FUNCTION directory.sweep() TO stoa_app;
GRANT CREATE ON SCHEMA directory TO stoa_search;
ALTER FUNCTION directory.sweep() OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA directory FROM stoa_search;

-- The words of those who are here already, in the new way.
DELETE FROM directory.word;
UPDATE directory.profile SET name = name;

-- +goose Down
DROP TRIGGER note_insert ON directory.profile;
DROP TRIGGER note_update ON directory.profile;
DROP TRIGGER note_delete ON directory.profile;
DROP FUNCTION directory.note_change();
DROP FUNCTION directory.sweep();
DROP TABLE directory.change;
