-- name: OrderSet :exec
-- Sections and lessons take their places in the lists; beside each lesson stands the section in which it lies from now on.
WITH sections AS (
    UPDATE courses.section s SET position = o.position
    FROM unnest(@sections::uuid[]) WITH ORDINALITY o (id, position)
    WHERE s.tenant_id = tenancy.here() AND s.course_id = @course_id AND s.id = o.id
)
UPDATE courses.lesson l SET section_id = (@sections_of_lessons::uuid[])[o.position], position = o.position
FROM unnest(@lessons::uuid[]) WITH ORDINALITY o (id, position)
WHERE l.tenant_id = tenancy.here() AND l.course_id = @course_id AND l.id = o.id;
