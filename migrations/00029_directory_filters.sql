-- +goose Up
-- Which columns people are narrowed by is said in one place, the program's table of dimensions, and comes here as data: a list of
-- filters, each with the ways to pass it and the part of the profile that it is of, if it may be hidden. Of a way there are the column
-- of directory.profile, its type, and whether that is an array; its values are those of its type, or the slice of them that it names.
-- Names are quoted as names, and values stay values: what is asked here of an institution's people is no more than its rows say to the
-- program anyhow. The other find, with a parameter for each filter, is called by the program before this one; a later release drops it
-- and directory.visible.
-- +goose StatementBegin
CREATE FUNCTION directory.find(
    typed text, audience smallint, me uuid, my_batch uuid, filters jsonb, texts text[], numbers smallint[], ids uuid[],
    sort text, after_tier smallint, after_year smallint, after_name text, after_id uuid, max_rows integer
) RETURNS TABLE (id uuid, tier smallint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 20 AS $$
DECLARE
    tenant uuid := current_setting('app.tenant_id')::uuid;
    tiers tsquery[] := directory.queries(typed);
    narrowing text := '';
    ways text;
    filter jsonb;
    way jsonb;
    ordering text := 'p.sort_name, p.id';
    so_far integer := 0;
    added integer;
BEGIN
    IF tiers IS NULL THEN
        RETURN;
    END IF;
    FOR f IN 0..jsonb_array_length(filters) - 1 LOOP
        filter := filters -> f;
        ways := NULL;
        FOR w IN 0..jsonb_array_length(filter -> 'ways') - 1 LOOP
            way := filter -> 'ways' -> w;
            ways := concat_ws(' OR ', ways, format(
                CASE WHEN (way -> 'many')::boolean THEN 'p.%I && $%s%s' ELSE 'p.%I = ANY ($%s%s)' END, way ->> 'column',
                CASE way ->> 'kind' WHEN 'text' THEN 4 WHEN 'int2' THEN 12 WHEN 'uuid' THEN 13 END,
                CASE WHEN way ? 'from' THEN format('[%s:%s]', (way -> 'from')::integer, (way -> 'to')::integer) END));
        END LOOP;
        narrowing := narrowing || ' AND (' || ways || ')';
        IF filter ->> 'part' <> '' THEN
            narrowing := narrowing || format(' AND (p.%1$I <= $11 OR (p.%1$I = 2 AND p.batch_id = $3) OR p.id = $2)', 'see_' || (filter ->> 'part'));
        END IF;
    END LOOP;
    IF sort = 'batch' THEN
        ordering := 'p.year DESC, p.sort_name, p.id';
    END IF;

    FOR t IN 0..2 LOOP
        CONTINUE WHEN sort <> 'relevance' AND t < 2;
        CONTINUE WHEN t < after_tier OR tiers[t + 1] IS NULL OR (t = 1 AND tiers[2] = tiers[1]);
        RETURN QUERY EXECUTE format(
            'SELECT p.id, %s::smallint FROM directory.profile p WHERE p.tenant_id = $5 AND p.deleted_at IS NULL AND %s%s%s%s ORDER BY %s LIMIT $6',
            t,
            CASE WHEN t = 2 THEN directory.found(audience) ELSE 'p.words_everyone @@ $1' END,
            CASE WHEN t > 0 AND sort = 'relevance' AND tiers[t] IS NOT NULL THEN ' AND NOT p.words_everyone @@ $7' ELSE '' END,
            narrowing,
            CASE WHEN after_id IS NULL OR t > after_tier THEN ''
                WHEN sort = 'batch' THEN ' AND (-p.year, p.sort_name, p.id) > (-$8, $9, $10)'
                ELSE ' AND (p.sort_name, p.id) > ($9, $10)' END,
            -- Names of one kind stand together in the order of names, so walking that order to find them may walk it all: the
            -- empty string keeps the planner from it, and the few that match are sorted.
            CASE WHEN t < 2 THEN 'p.sort_name || '''', p.id' ELSE ordering END)
        USING tiers[t + 1], me, my_batch, texts, tenant, max_rows - so_far, tiers[t], after_year, after_name, after_id, audience,
            numbers, ids;
        GET DIAGNOSTICS added = ROW_COUNT;
        so_far := so_far + added;
        EXIT WHEN so_far >= max_rows;
    END LOOP;
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA directory FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.find(text, smallint, uuid, uuid, jsonb, text[], smallint[], uuid[], text, smallint, smallint, text, uuid, integer) TO stoa_app;
GRANT CREATE ON SCHEMA directory TO stoa_search;
ALTER FUNCTION directory.find(text, smallint, uuid, uuid, jsonb, text[], smallint[], uuid[], text, smallint, smallint, text, uuid, integer) OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA directory FROM stoa_search;

CREATE INDEX profile_country ON directory.profile (tenant_id, country, sort_name, id) WHERE deleted_at IS NULL AND country <> '';

-- +goose Down
DROP INDEX directory.profile_country;
DROP FUNCTION directory.find(text, smallint, uuid, uuid, jsonb, text[], smallint[], uuid[], text, smallint, smallint, text, uuid, integer);
