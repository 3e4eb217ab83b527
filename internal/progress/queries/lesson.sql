-- name: LessonGet :one
SELECT position, seconds, completed_at, updated_at,
    progress.covered(watched) AS watched_seconds
FROM progress.lesson WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lesson_id = @lesson_id;

-- name: LessonLock :one
SELECT position, seconds, completed_at, updated_at FROM progress.lesson WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lesson_id = @lesson_id FOR UPDATE;

-- name: LessonUnseen :many
-- The played seconds that are new, in order.
SELECT lower(r)::int AS from_second, upper(r)::int AS to_second
FROM unnest(CAST(sqlc.arg(watched)::text AS int4multirange) - COALESCE(
    (SELECT l.watched FROM progress.lesson l WHERE l.tenant_id = tenancy.here() AND l.person_id = @person_id AND l.lesson_id = @lesson_id),
    '{}')) AS r
ORDER BY 1;

-- name: LessonPut :one
-- Ranges and seconds add up in any order; of positions the latest counts, whenever it arrives.
INSERT INTO progress.lesson AS l (person_id, lesson_id, course_id, position, position_at, watched, seconds, updated_at)
VALUES (@person_id, @lesson_id, @course_id, @position, @position_at, CAST(sqlc.arg(watched)::text AS int4multirange), @seconds, @at)
ON CONFLICT (tenant_id, person_id, lesson_id) DO UPDATE SET
    position = CASE WHEN excluded.position_at >= COALESCE(l.position_at, '-infinity') THEN excluded.position ELSE l.position END,
    position_at = GREATEST(l.position_at, excluded.position_at),
    watched = l.watched + excluded.watched, seconds = l.seconds + excluded.seconds, updated_at = excluded.updated_at
RETURNING l.position, l.completed_at, progress.covered(l.watched) AS watched_seconds;

-- name: LessonComplete :exec
UPDATE progress.lesson SET completed_at = @at WHERE tenant_id = tenancy.here() AND person_id = @person_id AND lesson_id = @lesson_id;
