-- name: EntryInsert :exec
INSERT INTO audit.entry (id, actor_id, impersonator_id, verb, object_type, object_id, before, after, request_id, address)
VALUES (@id, @actor_id, @impersonator_id, @verb, @object_type, @object_id, @before, @after, @request_id, @address);
