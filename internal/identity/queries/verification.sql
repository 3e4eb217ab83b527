-- name: VerificationInsert :exec
INSERT INTO identity.verification (id, person_id, statement, asked_at) VALUES (@id, @person_id, @statement, @asked_at);

-- name: VerificationLock :one
SELECT * FROM identity.verification WHERE tenant_id = tenancy.here() AND id = @id FOR UPDATE;

-- name: VerificationDecide :exec
UPDATE identity.verification SET decision = @decision, decided_by = @decided_by, decided_at = @decided_at, reason = @reason WHERE tenant_id = tenancy.here() AND id = @id;

-- name: VerificationLatest :one
SELECT * FROM identity.verification WHERE tenant_id = tenancy.here() AND person_id = @person_id ORDER BY asked_at DESC LIMIT 1;

-- name: VerificationCount :one
SELECT count(*)::int FROM identity.verification WHERE tenant_id = tenancy.here() AND decision IS NULL;

-- name: VerificationQueue :many
SELECT v.id, v.person_id, p.name, p.email, v.statement, v.asked_at
FROM identity.verification v JOIN identity.person p ON p.tenant_id = v.tenant_id AND p.id = v.person_id
WHERE v.tenant_id = tenancy.here() AND v.decision IS NULL AND (v.asked_at, v.id) > (@after_at::timestamptz, @after_id::uuid)
ORDER BY v.asked_at, v.id LIMIT @max_rows;
