-- name: BlockLock :one
-- One process at a time works on an institution's chain.
SELECT pg_try_advisory_xact_lock(hashtextextended('audit.block ' || current_setting('app.tenant_id'), 0));

-- name: BlockLast :one
SELECT number, hash, sealed_at FROM audit.block WHERE tenant_id = tenancy.here() ORDER BY number DESC LIMIT 1;

-- name: BlockInsert :exec
INSERT INTO audit.block (number, entries, leaves, root, previous, hash, signature, sealed_at)
VALUES (@number, @entries, @leaves, @root, @previous, @hash, @signature, @sealed_at);

-- name: BlockHead :one
SELECT number, hash, signature, sealed_at FROM audit.block WHERE tenant_id = tenancy.here() ORDER BY number DESC LIMIT 1;

-- name: PlaceSeal :exec
UPDATE audit.place SET block = @block WHERE tenant_id = tenancy.here() AND entry_id = ANY (@entries::uuid[]);
