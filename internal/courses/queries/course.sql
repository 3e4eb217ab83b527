-- name: CourseGet :one
SELECT * FROM courses.course WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL;

-- name: CourseLock :one
SELECT * FROM courses.course WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL FOR UPDATE;

-- name: CourseSetInstructor :exec
UPDATE courses.course SET instructor_id = @instructor_id, instructor_name = @instructor_name, updated_at = now()
WHERE tenant_id = tenancy.here() AND id = @id;

-- name: CourseInsert :exec
INSERT INTO courses.course (id, code, title, summary, description, description_html, rendered, category, level, instructor_id, instructor_name)
VALUES (@id, @code, @title, @summary, @description, @description_html, @rendered, @category, @level, @instructor_id, @instructor_name);

-- name: CourseCodeLock :exec
-- Courses that take a code follow each other: a statement of its own, because the one after it must see what the other committed.
SELECT pg_advisory_xact_lock(hashtextextended(tenancy.here()::text || 'course code', 0));

-- name: CourseCodeTaken :one
-- Codes are one however they are written: capitals, accents and blanks do not tell them apart.
SELECT EXISTS (SELECT FROM courses.course c WHERE c.tenant_id = tenancy.here() AND c.id <> @id
    AND directory.fold(regexp_replace(btrim(c.code), '[[:space:]]+', ' ', 'g')) = directory.fold(@code::text))::boolean;

-- name: CategorySpelling :one
-- How a subject is written already: the commonest way.
SELECT COALESCE((SELECT c.category FROM courses.course c WHERE c.tenant_id = tenancy.here() AND c.deleted_at IS NULL AND c.id <> @id
    AND directory.fold(c.category) = directory.fold(@category::text) GROUP BY c.category ORDER BY count(*) DESC, c.category LIMIT 1), @category::text)::text;

-- name: CourseUpdate :exec
UPDATE courses.course SET code = @code, title = @title, summary = @summary, description = @description, description_html = @description_html, rendered = @rendered,
    category = @category, level = @level, updated_at = now()
WHERE tenant_id = tenancy.here() AND id = @id;

-- name: CoursePublished :one
-- The whole page of a course in one read, but for the viewer's part in it.
SELECT c.*, v.outline, v.lesson_ids
FROM courses.course c
JOIN courses.version v ON v.tenant_id = c.tenant_id AND v.course_id = c.id AND v.version = c.version
WHERE c.tenant_id = tenancy.here() AND c.id = @id AND c.deleted_at IS NULL;

-- name: CourseTeaching :many
SELECT sqlc.embed(c), s."as" FROM courses.staff s JOIN courses.course c ON c.tenant_id = s.tenant_id AND c.id = s.course_id
WHERE s.tenant_id = tenancy.here() AND s.person_id = @person_id AND s.left_at IS NULL AND s."as" = ANY (@posts::text[])
    AND c.deleted_at IS NULL AND (c.title, c.id) > (@after_title::text, @after_id::uuid)
ORDER BY c.title, c.id LIMIT @max_rows;

-- name: CourseTeachingCount :one
SELECT count(*)::int FROM courses.staff s JOIN courses.course c ON c.tenant_id = s.tenant_id AND c.id = s.course_id
WHERE s.tenant_id = tenancy.here() AND s.person_id = @person_id AND s.left_at IS NULL AND s."as" = ANY (@posts::text[]) AND c.deleted_at IS NULL;

-- name: CourseCategories :many
SELECT category, count(*)::int AS courses FROM courses.course WHERE tenant_id = tenancy.here() AND version IS NOT NULL AND deleted_at IS NULL GROUP BY category ORDER BY category;
