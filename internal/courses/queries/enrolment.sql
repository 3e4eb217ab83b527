-- name: EnrolmentPut :one
INSERT INTO courses.enrolment (course_id, person_id, at) VALUES (@course_id, @person_id, @at)
ON CONFLICT (tenant_id, course_id, person_id) DO UPDATE SET left_at = NULL, at = CASE WHEN courses.enrolment.left_at IS NULL THEN courses.enrolment.at ELSE excluded.at END
RETURNING at;

-- name: EnrolmentLeave :execrows
UPDATE courses.enrolment SET left_at = @at WHERE tenant_id = tenancy.here() AND course_id = @course_id AND person_id = @person_id AND left_at IS NULL;

-- name: EnrolmentCount :exec
UPDATE courses.course SET learners = (SELECT count(*) FROM courses.enrolment e WHERE e.tenant_id = tenancy.here() AND e.course_id = @course_id AND e.left_at IS NULL) WHERE tenant_id = tenancy.here() AND id = @course_id;

-- name: PartOf :one
-- A person's part in a course: since when they are enrolled, and whether they make it.
SELECT e.at AS enrolled_at, COALESCE(s."as", '')::text AS staff
FROM courses.course c
LEFT JOIN courses.enrolment e ON e.tenant_id = c.tenant_id AND e.course_id = c.id AND e.person_id = @person_id AND e.left_at IS NULL
LEFT JOIN courses.staff s ON s.tenant_id = c.tenant_id AND s.course_id = c.id AND s.person_id = @person_id AND s.left_at IS NULL
WHERE c.tenant_id = tenancy.here() AND c.id = @course_id;

-- name: EnrolmentAmong :many
-- Which of these courses somebody is in.
SELECT course_id FROM courses.enrolment WHERE tenant_id = tenancy.here() AND person_id = @person_id AND course_id = ANY (@courses::uuid[]) AND left_at IS NULL;

-- name: EnrolmentMine :many
SELECT c.id, c.code, c.title, c.category, c.level, c.instructor_id, c.instructor_name, c.lessons, c.minutes, v.lesson_ids, e.at AS enrolled_at
FROM courses.enrolment e
JOIN courses.course c ON c.tenant_id = e.tenant_id AND c.id = e.course_id AND c.deleted_at IS NULL
JOIN courses.version v ON v.tenant_id = c.tenant_id AND v.course_id = c.id AND v.version = c.version
WHERE e.tenant_id = tenancy.here() AND e.person_id = @person_id AND e.left_at IS NULL
ORDER BY e.at DESC, c.id LIMIT 200;
