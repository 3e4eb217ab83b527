-- name: CourseTouch :exec
-- Takes the row's lock, so that two reports of one learner are counted one after the other.
INSERT INTO progress.course AS c (person_id, course_id, updated_at) VALUES (@person_id, @course_id, @at)
ON CONFLICT (tenant_id, person_id, course_id) DO UPDATE SET updated_at = excluded.updated_at;

-- name: CourseSet :exec
UPDATE progress.course SET completed = @completed, total = @total, last_lesson_id = @last_lesson_id,
    completed_at = COALESCE(completed_at, @completed_at) WHERE tenant_id = tenancy.here() AND person_id = @person_id AND course_id = @course_id;

-- name: CourseState :one
-- Where a learner stands in one course: what is completed, and the last lesson opened.
SELECT c.last_lesson_id, ARRAY(SELECT l.lesson_id FROM progress.lesson l
    WHERE l.tenant_id = c.tenant_id AND l.person_id = c.person_id AND l.course_id = c.course_id AND l.completed_at IS NOT NULL)::uuid[] AS completed
FROM progress.course c WHERE c.tenant_id = tenancy.here() AND c.person_id = @person_id AND c.course_id = @course_id;

-- name: CourseStates :many
SELECT c.course_id, c.last_lesson_id, c.updated_at, ARRAY(SELECT l.lesson_id FROM progress.lesson l
    WHERE l.tenant_id = c.tenant_id AND l.person_id = c.person_id AND l.course_id = c.course_id AND l.completed_at IS NOT NULL)::uuid[] AS completed
FROM progress.course c WHERE c.tenant_id = tenancy.here() AND c.person_id = @person_id ORDER BY c.updated_at DESC LIMIT 200;
