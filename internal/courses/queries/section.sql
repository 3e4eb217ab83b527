-- name: SectionList :many
SELECT * FROM courses.section WHERE course_id = @course_id AND deleted_at IS NULL ORDER BY position, id;

-- name: SectionGet :one
SELECT * FROM courses.section WHERE id = @id AND deleted_at IS NULL;

-- name: SectionInsert :exec
INSERT INTO courses.section (id, course_id, title, position)
VALUES (@id, @course_id, @title, (SELECT COALESCE(max(s.position), 0) + 1 FROM courses.section s WHERE s.course_id = @course_id AND s.deleted_at IS NULL));

-- name: SectionRename :exec
UPDATE courses.section SET title = @title WHERE id = @id;

-- name: SectionSoftDelete :exec
UPDATE courses.section SET deleted_at = @at WHERE id = @id;

-- name: SectionPlace :exec
UPDATE courses.section SET position = @position WHERE id = @id AND course_id = @course_id;
