-- name: LessonGet :one
SELECT position, seconds, completed_at, updated_at,
    progress.covered(watched) AS watched_seconds
FROM progress.lesson WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lesson_id = @lesson_id;

-- name: LessonLock :one
SELECT position, seconds, completed_at, updated_at FROM progress.lesson WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lesson_id = @lesson_id FOR UPDATE;

-- name: LessonPut :one
INSERT INTO progress.lesson AS l (person_id, lesson_id, course_id, position, watched, seconds, updated_at)
VALUES (@person_id, @lesson_id, @course_id, @position, CAST(sqlc.arg(watched)::text AS int4multirange), @seconds, @at)
ON CONFLICT (tenant_id, person_id, lesson_id) DO UPDATE SET
    position = excluded.position, watched = l.watched + excluded.watched, seconds = l.seconds + excluded.seconds, updated_at = excluded.updated_at
RETURNING l.completed_at, progress.covered(l.watched) AS watched_seconds;

-- name: LessonComplete :exec
UPDATE progress.lesson SET completed_at = @at WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lesson_id = @lesson_id;
