-- name: RedrawContents :many
SELECT lesson_id, revision, body FROM courses.content
WHERE tenant_id = tenancy.here() AND rendered < @version AND (lesson_id, revision) > (@after_lesson::uuid, @after_revision::integer)
ORDER BY lesson_id, revision LIMIT 20;

-- name: RedrawContent :one
-- What was written meanwhile has been drawn meanwhile.
UPDATE courses.content n SET body_html = @body_html, opening = @opening, rendered = @version
FROM courses.lesson l
WHERE n.tenant_id = tenancy.here() AND n.lesson_id = @lesson_id AND n.revision = @revision AND n.rendered < @version AND n.body = @body
    AND l.tenant_id = n.tenant_id AND l.id = n.lesson_id
RETURNING l.course_id;

-- name: RedrawCourses :many
SELECT id, description FROM courses.course
WHERE tenant_id = tenancy.here() AND rendered < @version AND id > @after ORDER BY id LIMIT 20;

-- name: RedrawCourse :execrows
UPDATE courses.course SET description_html = @description_html, rendered = @version
WHERE tenant_id = tenancy.here() AND id = @id AND rendered < @version AND description = @description;
