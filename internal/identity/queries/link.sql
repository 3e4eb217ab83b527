-- name: LinkInsert :exec
INSERT INTO identity.link (id, person_id, purpose, hash, expires_at) VALUES (@id, @person_id, @purpose, @hash, @expires_at);

-- name: LinkUse :one
UPDATE identity.link SET used_at = @at WHERE tenant_id = tenancy.here() AND hash = @hash AND purpose = @purpose AND used_at IS NULL AND expires_at > @at RETURNING person_id;

-- name: LinkVoid :exec
UPDATE identity.link SET used_at = @at WHERE tenant_id = tenancy.here() AND person_id = @person_id AND purpose = @purpose AND used_at IS NULL;
