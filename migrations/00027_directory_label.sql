-- +goose Up
-- How many people write a company or a city in which way, and to whom they show it: the commonest is what is shown for all of
-- them. Rows add up: who changes a profile adds some, also of less than nothing, so that no writer waits for another; the sweep
-- sums them up.
CREATE TABLE directory.label (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id         bigint GENERATED ALWAYS AS IDENTITY,
    kind       text NOT NULL CHECK (kind IN ('company', 'city')),
    key        text NOT NULL,
    label      text NOT NULL,
    see        smallint NOT NULL CHECK (see BETWEEN 0 AND 3), -- as in the profile; of who is not confirmed at least 2
    people     integer NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX label_key ON directory.label (tenant_id, kind, key) INCLUDE (label, see, people);

-- written is the company and the city of a profile as it writes them.
CREATE FUNCTION directory.written(p directory.profile, OUT kind text, OUT key text, OUT label text, OUT see smallint) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT w.kind, w.key, w.label, CASE WHEN p.confirmed THEN w.see ELSE greatest(w.see, 2::smallint) END
    FROM (VALUES ('company', p.company_key, p.company, p.see_company), ('city', p.city_key, p.city, p.see_place)) w (kind, key, label, see)
    WHERE p.deleted_at IS NULL AND w.key <> ''
$$;

ALTER TABLE directory.profile NO FORCE ROW LEVEL SECURITY;
INSERT INTO directory.label (tenant_id, kind, key, label, see, people)
SELECT p.tenant_id, w.kind, w.key, w.label, w.see, count(*) FROM directory.profile p CROSS JOIN directory.written(p) w GROUP BY 1, 2, 3, 4, 5;
ALTER TABLE directory.profile FORCE ROW LEVEL SECURITY;

SELECT tenancy.protect('directory.label', 'SELECT, INSERT');

-- +goose StatementBegin
CREATE FUNCTION directory.count_labels() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- The rows of a statement are of no table's type until they are cast.
    EXECUTE format('INSERT INTO directory.label (tenant_id, kind, key, label, see, people)
        SELECT c.tenant_id, w.kind, w.key, w.label, w.see, sum(c.n)
        FROM (%s) c CROSS JOIN directory.written(c.p) w GROUP BY 1, 2, 3, 4, 5 HAVING sum(c.n) <> 0',
        concat_ws(' UNION ALL ',
            CASE WHEN TG_OP <> 'DELETE' THEN 'SELECT tenant_id, come::directory.profile AS p, 1 AS n FROM come' END,
            CASE WHEN TG_OP <> 'INSERT' THEN 'SELECT tenant_id, gone::directory.profile AS p, -1 AS n FROM gone' END));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER label_insert AFTER INSERT ON directory.profile
REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION directory.count_labels();
CREATE TRIGGER label_update AFTER UPDATE ON directory.profile
REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION directory.count_labels();
CREATE TRIGGER label_delete AFTER DELETE ON directory.profile
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION directory.count_labels();

-- label is the spelling of a company or a city that most people of the institution have who show it to an audience; of equally
-- many the first, byte by byte. It is null when nobody shows it to all of that audience.
CREATE FUNCTION directory.label(which text, value text, audience smallint) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.label FROM directory.label l WHERE l.tenant_id = tenancy.here() AND l.kind = which AND l.key = value AND l.see <= audience
    GROUP BY l.label HAVING sum(l.people) > 0 ORDER BY sum(l.people) DESC, l.label COLLATE "C" LIMIT 1
$$;

GRANT SELECT, INSERT, DELETE ON directory.label TO stoa_search;
CREATE POLICY sweep ON directory.label TO stoa_search USING (true) WITH CHECK (true);
CREATE OR REPLACE FUNCTION directory.sweep() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH parts AS (
        DELETE FROM directory.label l USING (
            SELECT tenant_id, kind, key, label, see FROM directory.label GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1) many
        WHERE l.tenant_id = many.tenant_id AND l.kind = many.kind AND l.key = many.key AND l.label = many.label AND l.see = many.see
        RETURNING l.tenant_id, l.kind, l.key, l.label, l.see, l.people
    ), whole AS (
        INSERT INTO directory.label (tenant_id, kind, key, label, see, people)
        SELECT tenant_id, kind, key, label, see, sum(people) FROM parts GROUP BY 1, 2, 3, 4, 5 HAVING sum(people) <> 0
    ), gone AS (DELETE FROM directory.change WHERE at < now() - interval '1 hour' RETURNING 1)
    SELECT count(*) FROM gone
$$;
REVOKE EXECUTE ON FUNCTION directory.count_labels(), directory.label(text, text, smallint), directory.written(directory.profile) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.label(text, text, smallint), directory.written(directory.profile) TO stoa_app;

-- +goose Down
DROP TRIGGER label_insert ON directory.profile;
DROP TRIGGER label_update ON directory.profile;
DROP TRIGGER label_delete ON directory.profile;
DROP FUNCTION directory.count_labels();
DROP FUNCTION directory.label(text, text, smallint);
DROP FUNCTION directory.written(directory.profile);
CREATE OR REPLACE FUNCTION directory.sweep() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM directory.change WHERE at < now() - interval '1 hour' RETURNING 1) SELECT count(*) FROM gone
$$;
DROP TABLE directory.label;
