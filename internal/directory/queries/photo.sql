-- name: PhotoInsert :exec
INSERT INTO directory.photo (id, person_id, content, at) VALUES (@id, @person_id, @content, @at);

-- name: PhotoGet :one
SELECT content FROM directory.photo WHERE id = @id AND content <> '';

-- name: PhotoClear :exec
UPDATE directory.photo SET content = '' WHERE person_id = @person_id AND content <> '';

-- name: ProfileSetPhoto :exec
UPDATE directory.profile SET photo = @photo, updated_at = now() WHERE id = @id;
