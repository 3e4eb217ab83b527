-- name: EntryInsert :exec
WITH written AS (
    INSERT INTO audit.entry (id, actor_id, impersonator_id, verb, object_type, object_id, before, after, request_id, address)
    VALUES (@id, @actor_id, @impersonator_id, @verb, @object_type, @object_id, @before, @after, @request_id, @address)
    RETURNING id
)
INSERT INTO audit.place (entry_id) SELECT w.id FROM written w;

-- name: EntryList :many
-- A page of the log, newest first. Empty filters match everything.
SELECT e.id, e.at, e.actor_id, e.impersonator_id, e.verb, e.object_type, e.object_id, e.before, e.after, e.request_id, e.address, p.block
FROM audit.entry e
JOIN audit.place p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id
WHERE e.tenant_id = tenancy.here()
  AND (sqlc.narg('actor')::uuid IS NULL OR e.actor_id = sqlc.narg('actor'))
  AND (sqlc.narg('object')::uuid IS NULL OR e.object_id = sqlc.narg('object'))
  AND (@object_type::text = '' OR e.object_type = @object_type)
  AND (@verb::text = '' OR e.verb = @verb)
  AND e.at >= @since AND e.at < @until
  AND e.id < @before_id
ORDER BY e.id DESC
LIMIT @max_rows;

-- name: EntryUnaccounted :many
-- Entries that no block holds although nothing waits to be sealed.
SELECT e.id
FROM audit.entry e
LEFT JOIN (SELECT unnest(b.entries) AS id FROM audit.block b WHERE b.tenant_id = tenancy.here()) s ON s.id = e.id
LEFT JOIN audit.place p ON p.tenant_id = e.tenant_id AND p.entry_id = e.id AND p.block IS NULL
WHERE e.tenant_id = tenancy.here() AND s.id IS NULL AND p.entry_id IS NULL
ORDER BY e.id;

-- name: EntryActivity :many
-- What happened to a person's account of late: done by them, or to them.
SELECT e.id, e.at, e.verb, e.address FROM audit.entry e
WHERE e.tenant_id = tenancy.here() AND (e.actor_id = @person OR e.object_type = 'person' AND e.object_id = CAST(@person AS uuid)) AND e.verb = ANY (@verbs::text[])
ORDER BY e.id DESC LIMIT @max_rows;
