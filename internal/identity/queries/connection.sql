-- name: ConnectionList :many
-- A provider that was removed leaves its connections without a name.
SELECT c.id, COALESCE((SELECT min(p.name) FROM identity.provider p WHERE p.tenant_id = c.tenant_id AND p.issuer = c.issuer AND p.removed_at IS NULL), '')::text AS provider,
    c.issuer, c.email, c.created_at, c.last_used_at
FROM identity.connection c WHERE c.tenant_id = tenancy.here() AND c.person_id = @person_id AND c.removed_at IS NULL ORDER BY c.created_at, c.id;

-- name: ConnectionBySubject :one
SELECT * FROM identity.connection WHERE tenant_id = tenancy.here() AND issuer = @issuer AND subject = @subject AND removed_at IS NULL;

-- name: ConnectionInsert :exec
INSERT INTO identity.connection (id, person_id, issuer, subject, email, created_at, last_used_at)
VALUES (@id, @person_id, @issuer, @subject, @email, @at, @at);

-- name: ConnectionUse :exec
UPDATE identity.connection SET last_used_at = @at WHERE tenant_id = tenancy.here() AND id = @id;

-- name: ConnectionRemove :one
UPDATE identity.connection SET removed_at = @at WHERE tenant_id = tenancy.here() AND id = @id AND person_id = @person_id AND removed_at IS NULL RETURNING *;

-- name: ConnectionRemoveAll :execrows
UPDATE identity.connection SET removed_at = @at WHERE tenant_id = tenancy.here() AND person_id = @person_id AND removed_at IS NULL;
