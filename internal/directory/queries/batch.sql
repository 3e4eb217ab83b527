-- name: BatchGet :one
SELECT * FROM directory.batch WHERE tenant_id = tenancy.here() AND id = @id;

-- name: BatchList :many
-- Only the page's batches are counted, not everybody's.
SELECT b.*, c.people, c.verified
FROM (SELECT id, code, programme, department, year FROM directory.batch
    WHERE tenant_id = tenancy.here() AND (sqlc.narg(year)::int IS NULL OR year = sqlc.narg(year))
        AND (sqlc.narg(after_year)::int IS NULL OR (-year, code) > (-sqlc.narg(after_year)::int, sqlc.narg(after_code)::text))
    ORDER BY year DESC, code LIMIT @max_rows) b
CROSS JOIN LATERAL (SELECT count(*)::int AS people, count(*) FILTER (WHERE p.standing = 'verified')::int AS verified
    FROM directory.profile p WHERE p.tenant_id = tenancy.here() AND p.batch_id = b.id AND p.deleted_at IS NULL) c
ORDER BY b.year DESC, b.code;

-- name: BatchCounts :one
SELECT count(*)::int AS people, count(*) FILTER (WHERE standing = 'verified')::int AS verified
FROM directory.profile WHERE tenant_id = tenancy.here() AND batch_id = @id AND deleted_at IS NULL;

-- name: BatchInsert :exec
INSERT INTO directory.batch (id, code, programme, department, year) VALUES (@id, @code, @programme, @department, @year);

-- name: BatchIDs :many
SELECT id FROM directory.batch WHERE tenant_id = tenancy.here() AND code = ANY (@codes::text[]);

-- name: BatchesLike :many
-- Batches whose code begins so, or of that year.
SELECT id, code, programme, department, year FROM directory.batch
WHERE tenant_id = tenancy.here() AND ((code >= @prefix::text AND code < @prefix::text || chr(1114111)) OR year = @year) ORDER BY year DESC, code LIMIT @max_rows;
