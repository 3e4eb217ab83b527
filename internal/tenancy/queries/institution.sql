-- name: InstitutionList :many
SELECT i.*, COALESCE(array_agg(h.host ORDER BY h.host) FILTER (WHERE h.host IS NOT NULL), '{}')::text[] AS hosts
FROM tenancy.institution i LEFT JOIN tenancy.host h ON h.institution_id = i.id
WHERE i.deleted_at IS NULL
GROUP BY i.id ORDER BY i.name;

-- name: InstitutionLock :one
SELECT name, short_name, tagline, hue, chroma, locale, time_zone, currency FROM tenancy.institution WHERE id = tenancy.here() FOR UPDATE;

-- name: InstitutionUpdate :one
UPDATE tenancy.institution SET
    name = @name, short_name = @short_name, tagline = @tagline, hue = @hue, chroma = @chroma,
    locale = @locale, time_zone = @time_zone, currency = @currency
WHERE id = tenancy.here() AND id = @id RETURNING *;

-- name: InstitutionSetSecondFactor :exec
UPDATE tenancy.institution SET second_factor = @second_factor WHERE id = tenancy.here();
