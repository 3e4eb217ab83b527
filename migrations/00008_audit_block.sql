-- +goose Up
-- The log is sealed into a chain of blocks. A block holds the hash of each of its entries, their Merkle root, and the hash of the
-- block before it; its own hash is signed. An entry's place says which block sealed it; none: it waits for the next one.
CREATE TABLE audit.block (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    number     bigint NOT NULL CHECK (number > 0),
    entries    uuid[] NOT NULL CHECK (cardinality(entries) > 0),
    leaves     bytea NOT NULL, -- 32 bytes for each entry, in their order
    root       bytea NOT NULL,
    previous   bytea NOT NULL,
    hash       bytea NOT NULL,
    signature  bytea NOT NULL,
    sealed_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, number)
);
SELECT tenancy.protect('audit.block', 'SELECT, INSERT');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit.block FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON audit.block FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

CREATE TABLE audit.place (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    entry_id   uuid NOT NULL,
    block      bigint,
    PRIMARY KEY (tenant_id, entry_id),
    FOREIGN KEY (tenant_id, entry_id) REFERENCES audit.entry (tenant_id, id)
);
CREATE INDEX place_open ON audit.place (tenant_id, entry_id) WHERE block IS NULL;
SELECT tenancy.protect('audit.place');

-- Entries from before the chain wait for its first block.
ALTER TABLE audit.entry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.place NO FORCE ROW LEVEL SECURITY;
INSERT INTO audit.place (tenant_id, entry_id) SELECT tenant_id, id FROM audit.entry;
ALTER TABLE audit.entry FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.place FORCE ROW LEVEL SECURITY;

-- Which institutions have something to seal, ids only: the sealer works for all of them.
GRANT USAGE ON SCHEMA audit TO stoa_search;
CREATE POLICY definer ON audit.place FOR SELECT TO stoa_search USING (true);
GRANT SELECT ON audit.place TO stoa_search;
CREATE FUNCTION audit.open_institutions() RETURNS TABLE (tenant_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT p.tenant_id FROM audit.place p WHERE p.block IS NULL
$$;
REVOKE EXECUTE ON FUNCTION audit.open_institutions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.open_institutions() TO stoa_app;
GRANT CREATE ON SCHEMA audit TO stoa_search;
ALTER FUNCTION audit.open_institutions() OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA audit FROM stoa_search;
