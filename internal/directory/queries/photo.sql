-- name: PhotoInsert :exec
INSERT INTO directory.photo (id, person_id, content, at) VALUES (@id, @person_id, @content, @at);

-- name: PhotoGet :one
SELECT person_id, content FROM directory.photo WHERE tenant_id = tenancy.here() AND id = @id AND content <> '';

-- name: PhotoMove :execrows
-- Gives a photo another address: the one that was told before leads to nothing.
UPDATE directory.photo SET id = @id WHERE tenant_id = tenancy.here() AND person_id = @person_id AND content <> '';

-- name: PhotoClear :exec
UPDATE directory.photo SET content = '' WHERE tenant_id = tenancy.here() AND person_id = @person_id AND content <> '';

-- name: ProfileSetPhoto :exec
UPDATE directory.profile SET photo = @photo, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id;
