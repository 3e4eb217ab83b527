-- name: StaffUnits :many
SELECT programme, department FROM directory.staff
WHERE tenant_id = tenancy.here() AND person_id = @person_id AND left_at IS NULL ORDER BY programme, department;

-- name: StaffServes :one
SELECT EXISTS (SELECT FROM directory.staff WHERE tenant_id = tenancy.here() AND person_id = @person_id AND left_at IS NULL
    AND programme IN ('', @programme::text) AND department IN ('', @department::text));

-- name: StaffPut :exec
INSERT INTO directory.staff (person_id, programme, department, since)
SELECT @person_id, unnest(@programmes::text[]), unnest(@departments::text[]), @at
ON CONFLICT (tenant_id, person_id, programme, department) DO UPDATE SET since = excluded.since, left_at = NULL WHERE staff.left_at IS NOT NULL;

-- name: StaffLeave :exec
-- All but these.
UPDATE directory.staff SET left_at = @at WHERE tenant_id = tenancy.here() AND person_id = @person_id AND left_at IS NULL
    AND (programme, department) NOT IN (SELECT unnest(@programmes::text[]), unnest(@departments::text[]));
