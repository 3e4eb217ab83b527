-- name: InstitutionList :many
-- The default one first.
SELECT i.*, COALESCE(array_agg(h.host ORDER BY h.position, h.host) FILTER (WHERE h.host IS NOT NULL), '{}')::text[] AS hosts
FROM tenancy.institution i LEFT JOIN tenancy.host h ON h.institution_id = i.id
WHERE i.deleted_at IS NULL
GROUP BY i.id ORDER BY i.is_default DESC, i.created_at, i.id;

-- name: InstitutionLock :one
SELECT name, short_name, tagline, hue, chroma, locale, time_zone, currency FROM tenancy.institution WHERE id = tenancy.here() FOR UPDATE;

-- name: InstitutionUpdate :one
UPDATE tenancy.institution SET
    name = @name, short_name = @short_name, tagline = @tagline, hue = @hue, chroma = @chroma,
    locale = @locale, time_zone = @time_zone, currency = @currency
WHERE id = tenancy.here() AND id = @id RETURNING *;

-- name: InstitutionSetSecondFactor :exec
UPDATE tenancy.institution SET second_factor = @second_factor WHERE id = tenancy.here();

-- name: InstitutionInsert :exec
-- The first one is the default.
INSERT INTO tenancy.institution (id, slug, name, short_name, tagline, hue, chroma, locale, time_zone, currency, is_default)
VALUES (@id, @slug, @name, @short_name, @tagline, @hue, @chroma, @locale, @time_zone, @currency,
    NOT EXISTS (SELECT FROM tenancy.institution));

-- name: HostInsert :exec
INSERT INTO tenancy.host (host, institution_id, position)
SELECT h.host, @institution_id, h.position FROM unnest(@hosts::text[]) WITH ORDINALITY h (host, position);
