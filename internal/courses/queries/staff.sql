-- name: StaffOf :one
-- What somebody is to a course.
SELECT "as" FROM courses.staff
WHERE tenant_id = tenancy.here() AND course_id = @course_id AND person_id = @person_id AND left_at IS NULL;

-- name: StaffAnywhere :one
SELECT EXISTS (SELECT FROM courses.staff WHERE tenant_id = tenancy.here() AND person_id = @person_id AND left_at IS NULL);

-- name: StaffList :many
SELECT person_id, "as", since FROM courses.staff
WHERE tenant_id = tenancy.here() AND course_id = @course_id AND left_at IS NULL ORDER BY "as" DESC, since, person_id;

-- name: StaffPut :exec
INSERT INTO courses.staff (course_id, person_id, "as", since) VALUES (@course_id, @person_id, @post, @at)
ON CONFLICT (tenant_id, course_id, person_id) DO UPDATE SET "as" = excluded."as", left_at = NULL,
    since = CASE WHEN courses.staff.left_at IS NULL THEN courses.staff.since ELSE excluded.since END;

-- name: StaffLeave :execrows
UPDATE courses.staff SET left_at = @at WHERE tenant_id = tenancy.here() AND course_id = @course_id AND person_id = @person_id AND left_at IS NULL;
