-- name: SessionInsert :exec
INSERT INTO identity.session (id, person_id, rotated_at, nonce, device_hash, idle_expires_at, expires_at, user_agent, address, created_at, strong)
VALUES (@id, @person_id, @rotated_at, @nonce, @device_hash, @idle_expires_at, @expires_at, @user_agent, @address, @created_at, @strong);

-- name: SessionOpened :one
SELECT created_at FROM identity.session WHERE tenant_id = tenancy.here() AND id = @id;

-- name: SessionLock :one
SELECT * FROM identity.session WHERE tenant_id = tenancy.here() AND id = @id FOR UPDATE;

-- name: SessionRotate :exec
UPDATE identity.session SET generation = generation + 1, rotated_at = @rotated_at, idle_expires_at = @idle_expires_at WHERE tenant_id = tenancy.here() AND id = @id;

-- name: SessionRevoke :execrows
UPDATE identity.session SET revoked_at = @at, revoked_for = @why WHERE tenant_id = tenancy.here() AND id = @id AND person_id = @person_id AND revoked_at IS NULL;

-- name: SessionRevokeOthers :many
UPDATE identity.session SET revoked_at = @at, revoked_for = @why
WHERE tenant_id = tenancy.here() AND person_id = @person_id AND id <> @keep AND revoked_at IS NULL RETURNING id;

-- name: SessionList :many
SELECT * FROM identity.session
WHERE tenant_id = tenancy.here() AND person_id = @person_id AND revoked_at IS NULL AND expires_at > @now AND idle_expires_at > @now
ORDER BY created_at DESC, id DESC LIMIT 100;

-- name: SessionIsLive :one
SELECT EXISTS (
    SELECT FROM identity.session s JOIN identity.person p ON p.id = s.person_id AND p.tenant_id = s.tenant_id
    WHERE s.tenant_id = tenancy.here() AND s.id = @id AND s.revoked_at IS NULL AND s.expires_at > now() AND p.deleted_at IS NULL AND p.epoch <= @epoch::int
);

-- name: RevocationInsert :exec
INSERT INTO identity.revocation (id, session_id, person_id, epoch) VALUES (@id, @session_id, @person_id, @epoch);

-- name: RevocationNotify :exec
SELECT pg_notify('stoa_revocation', @payload::text);
