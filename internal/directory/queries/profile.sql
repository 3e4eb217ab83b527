-- name: ProfileGet :one
SELECT * FROM directory.profile WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL;

-- name: ProfileLock :one
SELECT * FROM directory.profile WHERE tenant_id = tenancy.here() AND id = @id AND deleted_at IS NULL FOR UPDATE;

-- name: ProfileInsert :exec
INSERT INTO directory.profile (id, name, sort_name, standing, confirmed) VALUES (@id, @name, '', @standing, @confirmed) ON CONFLICT DO NOTHING;

-- name: ProfileFollow :exec
-- What identity knows of the person.
UPDATE directory.profile SET name = @name, standing = @standing, confirmed = @confirmed, updated_at = now() WHERE tenant_id = tenancy.here() AND id = @id;

-- name: ProfileSetBatch :exec
UPDATE directory.profile p SET batch_id = b.id, year = b.year, programme = b.programme, department = b.department, updated_at = now()
FROM directory.batch b WHERE p.tenant_id = tenancy.here() AND b.id = @batch_id AND b.tenant_id = p.tenant_id AND p.id = @id;

-- name: AliasList :many
SELECT kind, alias, canonical, label FROM directory.alias;
