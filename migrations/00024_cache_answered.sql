-- +goose Up
-- Requests that were done, by the key that their sender gave them: one that is sent again is answered, not done again. The row is
-- written in the transaction of what was done, the answer once it is there. Kept for a day.
CREATE TABLE cache.answered (
    tenant_id     uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    person_id     uuid NOT NULL,
    key           text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    request       bytea NOT NULL, -- hash of what was asked
    at            timestamptz NOT NULL DEFAULT now(),
    status        integer,
    content_type  text NOT NULL DEFAULT '',
    content       bytea NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, person_id, key)
);
SELECT tenancy.protect('cache.answered');
CREATE INDEX answered_old ON cache.answered (at);

GRANT USAGE ON SCHEMA cache TO stoa_search;
GRANT SELECT, DELETE ON cache.answered TO stoa_search;
CREATE POLICY sweep ON cache.answered TO stoa_search USING (at < now() - interval '1 day');
CREATE FUNCTION cache.sweep() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM cache.answered WHERE at < now() - interval '1 day' RETURNING 1) SELECT count(*) FROM gone
$$;
REVOKE EXECUTE ON FUNCTION cache.sweep() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cache.sweep() TO stoa_app;
GRANT CREATE ON SCHEMA cache TO stoa_search;
ALTER FUNCTION cache.sweep() OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA cache FROM stoa_search;

-- +goose Down
DROP FUNCTION cache.sweep();
DROP TABLE cache.answered;
