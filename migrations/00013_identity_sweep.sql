-- +goose Up

-- Rows that mean nothing any more, of all institutions: counts of guesses that are forgotten, things begun and not ended in time,
-- revocations of tokens that have ended, links that no longer work. The policies say what may go, so that no mistake takes more.
GRANT USAGE ON SCHEMA identity TO stoa_search;
GRANT SELECT, DELETE ON identity.guess, identity.challenge, identity.link TO stoa_search;
GRANT DELETE ON identity.revocation TO stoa_search;
CREATE POLICY sweep ON identity.guess TO stoa_search USING (last_at < now() - interval '2 days' AND held_until < now());
CREATE POLICY sweep ON identity.challenge TO stoa_search USING (expires_at < now() - interval '1 day');
CREATE POLICY sweep ON identity.link TO stoa_search USING (expires_at < now() - interval '30 days');
CREATE POLICY sweep ON identity.revocation FOR DELETE TO stoa_search USING (at < now() - interval '1 day');

CREATE INDEX guess_old ON identity.guess (last_at);
CREATE INDEX challenge_old ON identity.challenge (expires_at);

-- How many rows went.
CREATE FUNCTION identity.sweep() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH guesses AS (DELETE FROM identity.guess WHERE last_at < now() - interval '2 days' AND held_until < now() RETURNING 1),
    challenges AS (DELETE FROM identity.challenge WHERE expires_at < now() - interval '1 day' RETURNING 1),
    links AS (DELETE FROM identity.link WHERE expires_at < now() - interval '30 days' RETURNING 1),
    revocations AS (DELETE FROM identity.revocation WHERE at < now() - interval '1 day' RETURNING 1)
    SELECT (SELECT count(*) FROM guesses) + (SELECT count(*) FROM challenges) + (SELECT count(*) FROM links) + (SELECT count(*) FROM revocations)
$$;
REVOKE EXECUTE ON FUNCTION identity.sweep() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.sweep() TO stoa_app;
GRANT CREATE ON SCHEMA identity TO stoa_search;
ALTER FUNCTION identity.sweep() OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA identity FROM stoa_search;

-- +goose Down
DROP FUNCTION identity.sweep();
DROP INDEX identity.guess_old, identity.challenge_old;
DROP POLICY sweep ON identity.guess;
DROP POLICY sweep ON identity.challenge;
DROP POLICY sweep ON identity.link;
DROP POLICY sweep ON identity.revocation;
REVOKE DELETE ON identity.guess, identity.challenge, identity.link, identity.revocation FROM stoa_search;
REVOKE SELECT ON identity.guess, identity.challenge, identity.link FROM stoa_search;
