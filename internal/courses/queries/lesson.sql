-- name: LessonDrafts :many
SELECT * FROM courses.lesson WHERE tenant_id = tenancy.here() AND course_id = @course_id AND deleted_at IS NULL ORDER BY position, id;

-- name: LessonGet :one
SELECT * FROM courses.lesson WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL;

-- name: LessonLock :one
SELECT * FROM courses.lesson WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL FOR UPDATE;

-- name: LessonInsert :exec
INSERT INTO courses.lesson (id, course_id, section_id, title, kind, minutes, position, revision)
VALUES (@id, @course_id, @section_id, @title, @kind, @minutes,
    (SELECT COALESCE(max(l.position), 0) + 1 FROM courses.lesson l WHERE l.tenant_id = tenancy.here() AND l.course_id = @course_id AND l.deleted_at IS NULL), 1);

-- name: LessonUpdate :exec
UPDATE courses.lesson SET title = @title, minutes = @minutes, revision = @revision, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id;

-- name: LessonSoftDelete :exec
UPDATE courses.lesson SET deleted_at = @at WHERE tenant_id = tenancy.here() AND id = @id;

-- name: LessonSoftDeleteSection :exec
UPDATE courses.lesson SET deleted_at = @at WHERE tenant_id = tenancy.here() AND section_id = @section_id AND deleted_at IS NULL;

-- name: ContentGet :one
SELECT * FROM courses.content WHERE tenant_id = tenancy.here() AND lesson_id = @lesson_id AND revision = @revision;

-- name: FilmAddresses :many
-- Every film that a draft or an edition of a lesson shows, of deleted lessons too: they may come back.
SELECT DISTINCT video_url::text FROM courses.content WHERE tenant_id = tenancy.here() AND video_url LIKE '/films/%';

-- name: ContentPut :exec
INSERT INTO courses.content (lesson_id, revision, body, body_html, opening, rendered, video_url, video_seconds)
VALUES (@lesson_id, @revision, @body, @body_html, @opening, @rendered, @video_url, @video_seconds)
ON CONFLICT (tenant_id, lesson_id, revision) DO UPDATE SET body = excluded.body, body_html = excluded.body_html, opening = excluded.opening,
    rendered = excluded.rendered, video_url = excluded.video_url, video_seconds = excluded.video_seconds;

-- name: LessonPublished :one
-- A lesson as learners see it, and what decides whether this viewer may.
SELECT sqlc.embed(l), sqlc.embed(n), c.title AS course_title, c.code AS course_code, v.lesson_ids, (e.at IS NOT NULL)::boolean AS enrolled,
    COALESCE(s."as", '')::text AS staff
FROM courses.lesson l
JOIN courses.course c ON c.tenant_id = l.tenant_id AND c.id = l.course_id AND c.deleted_at IS NULL
JOIN courses.version v ON v.tenant_id = c.tenant_id AND v.course_id = c.id AND v.version = c.version
JOIN courses.content n ON n.tenant_id = l.tenant_id AND n.lesson_id = l.id AND n.revision = l.published
LEFT JOIN courses.enrolment e ON e.tenant_id = l.tenant_id AND e.course_id = l.course_id AND e.person_id = @person_id AND e.left_at IS NULL
LEFT JOIN courses.staff s ON s.tenant_id = l.tenant_id AND s.course_id = l.course_id AND s.person_id = @person_id AND s.left_at IS NULL
WHERE l.tenant_id = tenancy.here() AND l.id = @id;

-- name: LessonCards :many
SELECT l.id, l.title, l.kind, l.minutes, n.opening
FROM courses.lesson l JOIN courses.content n ON n.tenant_id = l.tenant_id AND n.lesson_id = l.id AND n.revision = l.published
WHERE l.tenant_id = tenancy.here() AND l.id = ANY (@ids::uuid[]);

-- name: LessonsWithoutVideo :many
SELECT l.title FROM courses.lesson l JOIN courses.content n ON n.tenant_id = l.tenant_id AND n.lesson_id = l.id AND n.revision = l.revision
WHERE l.tenant_id = tenancy.here() AND l.course_id = @course_id AND l.deleted_at IS NULL AND l.kind = 'video' AND n.video_url = '' ORDER BY l.position;
