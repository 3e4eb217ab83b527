-- name: FactorInsert :exec
INSERT INTO identity.factor (id, person_id, kind, name, secret, credential_id, credential, created_at, confirmed_at)
VALUES (@id, @person_id, @kind, @name, @secret, @credential_id, @credential, @created_at, @confirmed_at);

-- name: FactorList :many
-- The factors that a person can use.
SELECT * FROM identity.factor
WHERE tenant_id = tenancy.here() AND person_id = @person_id AND confirmed_at IS NOT NULL AND removed_at IS NULL ORDER BY created_at, id LIMIT 40;

-- name: FactorLock :one
SELECT * FROM identity.factor WHERE tenant_id = tenancy.here() AND id = @id AND person_id = @person_id AND removed_at IS NULL FOR UPDATE;

-- name: FactorConfirm :exec
UPDATE identity.factor SET confirmed_at = @at, last_step = @last_step WHERE tenant_id = tenancy.here() AND id = @id;

-- name: FactorUseStep :execrows
-- One code works once: a step that was used already, or an older one, changes nothing.
UPDATE identity.factor SET last_step = @last_step, last_used_at = @at
WHERE tenant_id = tenancy.here() AND id = @id AND removed_at IS NULL AND confirmed_at IS NOT NULL AND last_step < @last_step;

-- name: FactorUsePasskey :execrows
UPDATE identity.factor SET credential = @credential, last_used_at = @at WHERE tenant_id = tenancy.here() AND id = @id AND removed_at IS NULL;

-- name: FactorRemove :execrows
UPDATE identity.factor SET removed_at = @at WHERE tenant_id = tenancy.here() AND id = @id AND person_id = @person_id AND removed_at IS NULL;

-- name: FactorRemoveAll :execrows
UPDATE identity.factor SET removed_at = @at WHERE tenant_id = tenancy.here() AND person_id = @person_id AND removed_at IS NULL;

-- name: RecoveryCodeInsert :exec
INSERT INTO identity.recovery_code (person_id, hash, created_at) SELECT @person_id, unnest(@hashes::bytea[]), @at;

-- name: RecoveryCodeVoid :exec
UPDATE identity.recovery_code SET void_at = @at WHERE tenant_id = tenancy.here() AND person_id = @person_id AND void_at IS NULL;

-- name: RecoveryCodeUse :execrows
UPDATE identity.recovery_code SET used_at = @at
WHERE tenant_id = tenancy.here() AND person_id = @person_id AND hash = @hash AND used_at IS NULL AND void_at IS NULL;

-- name: RecoveryCodeCount :one
SELECT count(*)::int FROM identity.recovery_code WHERE tenant_id = tenancy.here() AND person_id = @person_id AND used_at IS NULL AND void_at IS NULL;

-- name: ChallengeInsert :exec
INSERT INTO identity.challenge (id, person_id, purpose, data, created_at, expires_at) VALUES (@id, @person_id, @purpose, @data, @created_at, @expires_at);

-- name: ChallengeGet :one
SELECT * FROM identity.challenge WHERE tenant_id = tenancy.here() AND id = @id AND purpose = @purpose AND used_at IS NULL AND expires_at > @now;

-- name: ChallengeUse :one
UPDATE identity.challenge SET used_at = @now
WHERE tenant_id = tenancy.here() AND id = @id AND purpose = @purpose AND used_at IS NULL AND expires_at > @now RETURNING *;

-- name: SessionStrengthen :exec
UPDATE identity.session SET strong = true WHERE tenant_id = tenancy.here() AND id = @id;
