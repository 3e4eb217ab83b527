-- +goose Up

-- What the database remembers of the files beside it, one row: so that a key file that is lost, or is another's, is noticed before
-- something is written with a new one. No key can be made from what stands here.
CREATE TABLE tenancy.installation (
    only_one    boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    keys_mark   bytea NOT NULL,        -- derived from keys.json
    audit_keys  bytea NOT NULL,        -- the public keys of audit.key, 32 bytes each, the one in use last
    films       uuid,                  -- the folder in which films are
    noted_at    timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE tenancy.installation ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenancy.installation FORCE ROW LEVEL SECURITY;
-- Only whoever migrates reads and writes it: the runtime role knows nothing of it.
CREATE POLICY owner ON tenancy.installation TO stoa_owner USING (true) WITH CHECK (true);

-- +goose Down
DROP TABLE tenancy.installation;
