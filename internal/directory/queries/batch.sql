-- name: BatchGet :one
SELECT * FROM directory.batch WHERE tenant_id = tenancy.here() AND id = @id;

-- name: BatchList :many
SELECT b.id, b.code, b.programme, b.department, b.year,
    count(p.id)::int AS people, count(p.id) FILTER (WHERE p.standing = 'verified')::int AS verified
FROM directory.batch b LEFT JOIN directory.profile p ON p.tenant_id = b.tenant_id AND p.batch_id = b.id AND p.deleted_at IS NULL
WHERE b.tenant_id = tenancy.here() AND (sqlc.narg(year)::int IS NULL OR b.year = sqlc.narg(year))
    AND (sqlc.narg(after_year)::int IS NULL OR (-b.year, b.code) > (-sqlc.narg(after_year)::int, sqlc.narg(after_code)::text))
GROUP BY b.tenant_id, b.id ORDER BY b.year DESC, b.code LIMIT @max_rows;

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
