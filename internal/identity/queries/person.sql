-- name: PersonGet :one
SELECT * FROM identity.person WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL;

-- name: PersonByEmail :one
-- By any spelling of an address; the normal one is the first choice.
SELECT * FROM identity.person WHERE tenant_id = tenancy.here() AND email = ANY (@spellings::text[]) AND deleted_at IS NULL
ORDER BY email = @normal DESC LIMIT 1;

-- name: AddressLock :exec
-- Registrations for one address follow each other.
SELECT pg_advisory_xact_lock(hashtextextended(tenancy.here()::text || @email::text, 0));

-- name: PersonLock :one
SELECT * FROM identity.person WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL FOR UPDATE;

-- name: PersonInsert :exec
INSERT INTO identity.person (id, email, name, password_hash, roles, standing)
VALUES (@id, @email, @name, @password_hash, @roles, @standing);

-- name: PersonSetEmailVerified :exec
UPDATE identity.person SET email_verified_at = @at, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id;

-- name: PersonConfirm :exec
UPDATE identity.person SET name = @name, password_hash = @password_hash, email_verified_at = @at, updated_at = now()
WHERE tenant_id = tenancy.here() AND id = @id;

-- name: PersonSetPassword :exec
UPDATE identity.person SET password_hash = @password_hash, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id;

-- name: PersonSetName :exec
UPDATE identity.person SET name = @name, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id;

-- name: PersonSetStanding :one
UPDATE identity.person SET standing = @standing, epoch = epoch + 1, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id RETURNING epoch;

-- name: PersonSetRoles :one
UPDATE identity.person SET roles = @roles, standing = @standing, epoch = epoch + 1, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id RETURNING epoch;

-- name: PersonRaiseEpoch :one
UPDATE identity.person SET epoch = epoch + 1, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id RETURNING epoch;

-- name: PersonCards :many
SELECT id, name, roles, standing FROM identity.person_card WHERE tenant_id = tenancy.here() AND id = ANY (@ids::uuid[]);
