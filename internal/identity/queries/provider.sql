-- name: ProviderList :many
SELECT * FROM identity.provider WHERE tenant_id = tenancy.here() AND removed_at IS NULL ORDER BY name, id;

-- name: ProviderGet :one
SELECT * FROM identity.provider WHERE tenant_id = tenancy.here() AND id = @id AND removed_at IS NULL;

-- name: ProviderInsert :exec
INSERT INTO identity.provider (id, key, name, issuer, client_id, secret, created_at, updated_at)
VALUES (@id, @key, @name, @issuer, @client_id, @secret, @at, @at);

-- name: ProviderUpdate :exec
UPDATE identity.provider SET name = @name, client_id = @client_id, secret = @secret, updated_at = @at
WHERE tenant_id = tenancy.here() AND id = @id AND removed_at IS NULL;

-- name: ProviderRemove :execrows
UPDATE identity.provider SET removed_at = @at WHERE tenant_id = tenancy.here() AND id = @id AND removed_at IS NULL;
