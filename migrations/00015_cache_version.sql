-- +goose Up

-- How often what an answer is built from has changed, by topic: "directory", "course:<id>". Whoever changes something counts its topic
-- as the last thing of the transaction, so that the row is held no longer than a commit takes; answers are kept under the number
-- that they were built from. The number follows the clock, so that a database that is restored never counts to the same one twice.
CREATE SCHEMA cache;
GRANT USAGE ON SCHEMA cache TO stoa_app;
CREATE TABLE cache.version (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    topic      text NOT NULL,
    n          bigint NOT NULL,
    PRIMARY KEY (tenant_id, topic)
);
SELECT tenancy.protect('cache.version');

-- touch counts topics and tells the other processes, in the order of the commits.
CREATE FUNCTION cache.touch(topics text[]) RETURNS TABLE (topic text, n bigint)
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    WITH counted AS (
        INSERT INTO cache.version AS v (topic, n)
        SELECT t, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM unnest(topics) t GROUP BY t ORDER BY t
        ON CONFLICT (tenant_id, topic) DO UPDATE SET n = greatest(v.n + 1, excluded.n)
        RETURNING v.tenant_id, v.topic, v.n
    ), told AS (
        SELECT c.topic, c.n, pg_notify('stoa_cache', c.tenant_id::text || ' ' || c.n || ' ' || c.topic) FROM counted c
    )
    SELECT told.topic, told.n FROM told
$$;
REVOKE EXECUTE ON FUNCTION cache.touch(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cache.touch(text[]) TO stoa_app;

-- +goose Down
DROP SCHEMA cache CASCADE;
