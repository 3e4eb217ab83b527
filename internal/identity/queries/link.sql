-- name: LinkInsert :exec
INSERT INTO identity.link (id, person_id, purpose, hash, expires_at) VALUES (@id, @person_id, @purpose, @hash, @expires_at);

-- name: LinkUse :one
UPDATE identity.link SET used_at = @at WHERE tenant_id = tenancy.here() AND hash = @hash AND purpose = @purpose AND used_at IS NULL AND expires_at > @at RETURNING person_id;

-- name: LinkRegistration :one
-- The registration that a link confirms, and whether its address is proven already.
SELECT l.id, l.person_id, (p.email_verified_at IS NOT NULL)::boolean AS proven,
    COALESCE(r.name, p.name)::text AS name, COALESCE(r.password_hash, p.password_hash)::text AS password_hash, r.device_hash, (r.link_id IS NOT NULL)::boolean AS registered
FROM identity.link l
JOIN identity.person p ON p.tenant_id = l.tenant_id AND p.id = l.person_id AND p.deleted_at IS NULL
LEFT JOIN identity.registration r ON r.tenant_id = l.tenant_id AND r.link_id = l.id
WHERE l.tenant_id = tenancy.here() AND l.hash = @hash AND l.purpose = 'verify-email';

-- name: RegistrationInsert :exec
INSERT INTO identity.registration (link_id, name, password_hash, device_hash) VALUES (@link_id, @name, @password_hash, @device_hash);

-- name: LinkVoid :exec
UPDATE identity.link SET used_at = @at WHERE tenant_id = tenancy.here() AND person_id = @person_id AND purpose = @purpose AND used_at IS NULL;
