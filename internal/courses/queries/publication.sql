-- name: CourseSetVersion :exec
UPDATE courses.course SET version = @version, lessons = @lessons, minutes = @minutes, published_at = COALESCE(published_at, @at), updated_at = @at WHERE tenant_id = tenancy.here() AND id = @id;

-- name: VersionInsert :exec
INSERT INTO courses.version (course_id, version, outline, lesson_ids, published_at, published_by)
VALUES (@course_id, @version, @outline, @lesson_ids, @published_at, @published_by);

-- name: VersionOutline :one
SELECT v.outline FROM courses.course c JOIN courses.version v ON v.tenant_id = c.tenant_id AND v.course_id = c.id AND v.version = c.version
WHERE c.tenant_id = tenancy.here() AND c.id = @id AND c.deleted_at IS NULL;

-- name: LessonPublish :exec
UPDATE courses.lesson SET published = revision WHERE tenant_id = tenancy.here() AND course_id = @course_id AND deleted_at IS NULL AND published IS DISTINCT FROM revision;
