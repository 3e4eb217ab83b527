-- name: GuessHeld :one
-- Until when the longest hold on any of these subjects lasts.
SELECT CAST(COALESCE(max(held_until), 'epoch') AS timestamptz) AS held_until FROM identity.guess WHERE tenant_id = tenancy.here() AND subject = ANY (@subjects::bytea[]) AND last_at > @forget;

-- name: GuessCount :one
-- Counts one more and holds the subject for as long as the count says. No row: it is held already, and nothing is counted. What is not
-- held is so since the beginning of time: the clocks of processes differ.
INSERT INTO identity.guess AS g (subject, failures, last_at, held_until)
VALUES (@subject, 1, @now, 'epoch')
ON CONFLICT (tenant_id, subject) DO UPDATE SET
    failures = CASE WHEN g.last_at < @forget THEN 1 ELSE g.failures + 1 END,
    last_at = excluded.last_at,
    held_until = CASE WHEN g.last_at < @forget OR g.failures < CAST(@free AS integer) THEN 'epoch'
        ELSE excluded.last_at + interval '1 second' * LEAST(CAST(@longest AS double precision), power(2, LEAST(g.failures - CAST(@free AS integer), 30))) END
WHERE g.held_until <= excluded.last_at OR g.last_at < @forget
RETURNING g.failures;

-- name: GuessUncount :exec
-- Takes one back that was right.
UPDATE identity.guess SET failures = GREATEST(failures - 1, 0),
    held_until = CASE WHEN failures <= CAST(@free AS integer) THEN 'epoch' ELSE held_until END
WHERE tenant_id = tenancy.here() AND subject = @subject;

-- name: GuessForgive :exec
UPDATE identity.guess SET failures = 0, held_until = 'epoch' WHERE tenant_id = tenancy.here() AND subject = @subject;

-- name: DeviceIsKnown :one
SELECT EXISTS (SELECT FROM identity.session WHERE tenant_id = tenancy.here() AND person_id = @person_id AND device_hash = @device_hash);
