-- name: SectionList :many
SELECT * FROM courses.section WHERE tenant_id = tenancy.here() AND course_id = @course_id AND deleted_at IS NULL ORDER BY position, id;

-- name: SectionGet :one
SELECT * FROM courses.section WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL;

-- name: SectionInsert :exec
INSERT INTO courses.section (id, course_id, title, position)
VALUES (@id, @course_id, @title, (SELECT COALESCE(max(s.position), 0) + 1 FROM courses.section s WHERE s.tenant_id = tenancy.here() AND s.course_id = @course_id AND s.deleted_at IS NULL));

-- name: SectionRename :exec
UPDATE courses.section SET title = @title WHERE tenant_id = tenancy.here() AND id = @id;

-- name: SectionSoftDelete :exec
UPDATE courses.section SET deleted_at = @at WHERE tenant_id = tenancy.here() AND id = @id;
