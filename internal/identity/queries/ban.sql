-- name: BanCurrent :one
SELECT * FROM identity.ban WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lifted_at IS NULL AND (until IS NULL OR until > @now);

-- name: BanInsert :exec
INSERT INTO identity.ban (id, person_id, by_id, reason, at, until) VALUES (@id, @person_id, @by_id, @reason, @at, @until);

-- name: BanLift :one
UPDATE identity.ban SET lifted_at = @at, lifted_by = @by WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lifted_at IS NULL RETURNING *;

-- name: BanExpire :exec
UPDATE identity.ban SET lifted_at = until WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lifted_at IS NULL AND until <= @now;
