-- name: DayAdd :exec
INSERT INTO progress.day AS d (person_id, day, seconds, lessons) VALUES (@person_id, @day, @seconds, @lessons)
ON CONFLICT (tenant_id, person_id, day) DO UPDATE SET seconds = d.seconds + excluded.seconds, lessons = d.lessons + excluded.lessons;

-- name: DayList :many
SELECT day, seconds, lessons FROM progress.day WHERE tenant_id = tenancy.here() AND person_id = @person_id AND day >= @since AND (seconds > 0 OR lessons > 0) ORDER BY day DESC;
