-- +goose Up
CREATE SCHEMA directory;
GRANT USAGE ON SCHEMA directory TO stoa_app, stoa_search;

CREATE TABLE directory.batch (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id          uuid NOT NULL,
    code        text NOT NULL CHECK (length(code) BETWEEN 1 AND 40),
    programme   text NOT NULL CHECK (length(programme) BETWEEN 1 AND 80),
    department  text NOT NULL CHECK (length(department) BETWEEN 1 AND 80),
    year        smallint NOT NULL CHECK (year BETWEEN 1850 AND 2200),
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT batch_code UNIQUE (tenant_id, code)
);
CREATE INDEX batch_year ON directory.batch (tenant_id, year DESC, code);
SELECT tenancy.protect('directory.batch');

-- Other names of the same place: reference data of the product, the same for every institution.
CREATE TABLE directory.alias (
    kind       text NOT NULL CHECK (kind IN ('city')),
    alias      text NOT NULL,
    canonical  text NOT NULL,
    label      text NOT NULL,
    PRIMARY KEY (kind, alias)
);
GRANT SELECT ON directory.alias TO stoa_app, stoa_search;
INSERT INTO directory.alias (kind, alias, canonical, label) VALUES
    ('city', 'bangalore', 'bengaluru', 'Bengaluru'), ('city', 'blr', 'bengaluru', 'Bengaluru'),
    ('city', 'bombay', 'mumbai', 'Mumbai'), ('city', 'madras', 'chennai', 'Chennai'), ('city', 'calcutta', 'kolkata', 'Kolkata'),
    ('city', 'gurgaon', 'gurugram', 'Gurugram'), ('city', 'mysore', 'mysuru', 'Mysuru'), ('city', 'poona', 'pune', 'Pune'),
    ('city', 'baroda', 'vadodara', 'Vadodara'), ('city', 'cochin', 'kochi', 'Kochi'), ('city', 'trivandrum', 'thiruvananthapuram', 'Thiruvananthapuram'),
    ('city', 'vizag', 'visakhapatnam', 'Visakhapatnam'), ('city', 'mangalore', 'mangaluru', 'Mangaluru'), ('city', 'calicut', 'kozhikode', 'Kozhikode'),
    ('city', 'allahabad', 'prayagraj', 'Prayagraj'), ('city', 'pondicherry', 'puducherry', 'Puducherry'), ('city', 'hubli', 'hubballi', 'Hubballi'),
    ('city', 'new delhi', 'delhi', 'Delhi'), ('city', 'nyc', 'new york', 'New York'), ('city', 'trichy', 'tiruchirappalli', 'Tiruchirappalli');

-- fold is text as search compares it: lower case, without accents.
CREATE FUNCTION directory.fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, value))
$$;

-- sound maps spellings of one spoken name to one key: Sowmya, Soumya and Saumya; Lakshmi and Laxmi; Deepthi and Dipti.
CREATE FUNCTION directory.sound(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        replace(replace(replace(replace(word, 'ksh', 'x'), 'ph', 'f'), 'ee', 'i'), 'oo', 'u'),
        '(ow|ou|au|aw)', 'o', 'g'),
        '[wv]', 'v', 'g'),
        '([bcdgjkpst])h', '\1', 'g'),
        '[iy]+', 'i', 'g'),
        'z', 'j', 'g'),
        '(.)\1+', '\1', 'g'),
        'a$', '')
$$;

-- What stands in a profile, and who may see each part: 0 everyone signed in, 1 alumni, 2 the same batch, 3 only the person.
-- Name, standing and batch are the institution's record and always visible. name and standing follow identity.person.
CREATE TABLE directory.profile (
    tenant_id        uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id               uuid NOT NULL, -- the person
    name             text NOT NULL,
    sort_name        text NOT NULL,
    standing         text,
    batch_id         uuid,
    year             smallint NOT NULL DEFAULT 0, -- none
    programme        text NOT NULL DEFAULT '',
    department       text NOT NULL DEFAULT '',
    headline         text NOT NULL DEFAULT '' CHECK (length(headline) <= 160),
    company          text NOT NULL DEFAULT '' CHECK (length(company) <= 120),
    company_key      text NOT NULL DEFAULT '',
    title            text NOT NULL DEFAULT '' CHECK (length(title) <= 120),
    industry         text NOT NULL DEFAULT '' CHECK (length(industry) <= 80),
    city             text NOT NULL DEFAULT '' CHECK (length(city) <= 80),
    city_key         text NOT NULL DEFAULT '',
    country          text NOT NULL DEFAULT '' CHECK (length(country) <= 80),
    about            text NOT NULL DEFAULT '' CHECK (length(about) <= 4000),
    links            text[] NOT NULL DEFAULT '{}',
    languages        text[] NOT NULL DEFAULT '{}',
    open_to          text[] NOT NULL DEFAULT '{}' CHECK (open_to <@ ARRAY['mentoring', 'hiring']),
    photo            text NOT NULL DEFAULT '',
    see_headline     smallint NOT NULL DEFAULT 0 CHECK (see_headline BETWEEN 0 AND 3),
    see_company      smallint NOT NULL DEFAULT 0 CHECK (see_company BETWEEN 0 AND 3),
    see_title        smallint NOT NULL DEFAULT 0 CHECK (see_title BETWEEN 0 AND 3),
    see_industry     smallint NOT NULL DEFAULT 0 CHECK (see_industry BETWEEN 0 AND 3),
    see_place        smallint NOT NULL DEFAULT 1 CHECK (see_place BETWEEN 0 AND 3),
    see_about        smallint NOT NULL DEFAULT 0 CHECK (see_about BETWEEN 0 AND 3),
    see_links        smallint NOT NULL DEFAULT 1 CHECK (see_links BETWEEN 0 AND 3),
    see_languages    smallint NOT NULL DEFAULT 0 CHECK (see_languages BETWEEN 0 AND 3),
    see_open_to      smallint NOT NULL DEFAULT 0 CHECK (see_open_to BETWEEN 0 AND 3),
    see_photo        smallint NOT NULL DEFAULT 0 CHECK (see_photo BETWEEN 0 AND 3),
    words_everyone   tsvector NOT NULL DEFAULT '', -- what those of each audience may find
    words_alumni     tsvector NOT NULL DEFAULT '',
    words_batch      tsvector NOT NULL DEFAULT '',
    updated_at       timestamptz NOT NULL DEFAULT now(),
    deleted_at       timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, id) REFERENCES identity.person (tenant_id, id),
    FOREIGN KEY (tenant_id, batch_id) REFERENCES directory.batch (tenant_id, id)
);
CREATE INDEX profile_name ON directory.profile (tenant_id, sort_name, id) WHERE deleted_at IS NULL;
CREATE INDEX profile_verified ON directory.profile (tenant_id, sort_name, id) WHERE deleted_at IS NULL AND standing = 'verified';
CREATE INDEX profile_year ON directory.profile (tenant_id, year DESC, sort_name, id) WHERE deleted_at IS NULL;
CREATE INDEX profile_batch ON directory.profile (tenant_id, batch_id, sort_name, id) WHERE deleted_at IS NULL;
CREATE INDEX profile_year_company ON directory.profile (tenant_id, year, company_key, sort_name, id) WHERE deleted_at IS NULL AND company_key <> '';
CREATE INDEX profile_company ON directory.profile (tenant_id, company_key, sort_name, id) WHERE deleted_at IS NULL AND company_key <> '';
CREATE INDEX profile_city ON directory.profile (tenant_id, city_key, sort_name, id) WHERE deleted_at IS NULL AND city_key <> '';
CREATE INDEX profile_industry ON directory.profile (tenant_id, industry, sort_name, id) WHERE deleted_at IS NULL AND industry <> '';
CREATE INDEX profile_department ON directory.profile (tenant_id, department, year, sort_name, id) WHERE deleted_at IS NULL;
CREATE INDEX profile_words_everyone ON directory.profile USING gin (tenant_id, words_everyone) WITH (fastupdate = off);
CREATE INDEX profile_words_alumni ON directory.profile USING gin (tenant_id, words_alumni) WITH (fastupdate = off);
CREATE INDEX profile_words_batch ON directory.profile USING gin (tenant_id, words_batch) WITH (fastupdate = off);
ALTER TABLE directory.profile ALTER words_everyone SET STATISTICS 1000, ALTER words_alumni SET STATISTICS 1000, ALTER words_batch SET STATISTICS 1000;
SELECT tenancy.protect('directory.profile');

-- The words that anybody may find, and which of them are parts of names: small, so that a typo costs a look into thousands of
-- words, not of people.
CREATE TABLE directory.word (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    word       text NOT NULL,
    name       boolean NOT NULL,
    sound      text NOT NULL,
    PRIMARY KEY (tenant_id, word)
);
CREATE INDEX word_name ON directory.word (tenant_id, word) WHERE name;
CREATE INDEX word_sound ON directory.word (tenant_id, sound) WHERE name;
CREATE INDEX word_trigram ON directory.word USING gin (tenant_id, word gin_trgm_ops) WHERE name;
SELECT tenancy.protect('directory.word');

-- words is what an audience may find of a profile: the name first (A), what someone does (B), the headline (C), the city (D).
CREATE FUNCTION directory.words(p directory.profile, audience smallint) RETURNS tsvector
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT setweight(to_tsvector('simple', directory.fold(p.name)), 'A')
        || setweight(to_tsvector('simple', directory.fold(concat_ws(' ',
            CASE WHEN p.see_company <= audience THEN p.company END, CASE WHEN p.see_title <= audience THEN p.title END))), 'B')
        || setweight(to_tsvector('simple', directory.fold(CASE WHEN p.see_headline <= audience THEN p.headline ELSE '' END)), 'C')
        || setweight(to_tsvector('simple', directory.fold(CASE WHEN p.see_place <= audience THEN p.city ELSE '' END)), 'D')
$$;

-- +goose StatementBegin
CREATE FUNCTION directory.index_profile() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.sort_name := directory.fold(NEW.name);
    NEW.words_everyone := directory.words(NEW, 0::smallint);
    NEW.words_alumni := directory.words(NEW, 1::smallint);
    NEW.words_batch := directory.words(NEW, 2::smallint);
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER index_profile BEFORE INSERT OR UPDATE ON directory.profile FOR EACH ROW EXECUTE FUNCTION directory.index_profile();

-- +goose StatementBegin
CREATE FUNCTION directory.index_words() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO directory.word AS w (tenant_id, word, name, sound)
    SELECT NEW.tenant_id, l.lexeme, 'A' = ANY (l.weights), directory.sound(l.lexeme) FROM unnest(NEW.words_everyone) l
    ON CONFLICT (tenant_id, word) DO UPDATE SET name = true WHERE excluded.name AND NOT w.name;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER index_words AFTER INSERT OR UPDATE ON directory.profile FOR EACH ROW EXECUTE FUNCTION directory.index_words();

-- Under row-level security the full-text and trigram operators could not use their indexes: they are not leakproof. The
-- functions below run as stoa_search, carry the institution themselves, and return ids only; the rows are then read under
-- row-level security.
CREATE POLICY definer ON directory.profile FOR SELECT TO stoa_search USING (true);
CREATE POLICY definer ON directory.word FOR SELECT TO stoa_search USING (true);
GRANT SELECT ON directory.profile, directory.word TO stoa_search;


-- visible is the condition that the viewer ($2 themselves, $3 their batch, $19 their audience) may see a part of profile p.
CREATE FUNCTION directory.visible(part text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('(p.see_%1$s <= $19 OR (p.see_%1$s = 2 AND p.batch_id = $3) OR p.id = $2)', part)
$$;

-- spellings is one typed word as queries: as the beginning of a name (exact); as that or a name that sounds the same or, when no
-- word at all begins so, looks alike (names); as a word anywhere, other names of the same place included (anywhere). The first two
-- are null when no name is like it, so that nobody searches for what cannot be found.
-- +goose StatementBegin
CREATE FUNCTION directory.spellings(typed text, last boolean, OUT exact tsquery, OUT names tsquery, OUT anywhere tsquery)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_setting('app.tenant_id')::uuid;
    alike text[];
    alternatives text;
    place text;
    whole boolean;
BEGIN
    IF EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.name AND n.word >= typed AND n.word < typed || chr(1114111)) THEN
        exact := (quote_literal(typed) || ':*A')::tsquery;
    END IF;
    IF length(typed) > 2 THEN
        SELECT array_agg(w.word) INTO alike FROM (
            SELECT n.word FROM directory.word n WHERE n.tenant_id = tenant AND n.name AND n.sound = directory.sound(typed) AND n.word <> typed LIMIT 24) w;
    END IF;
    IF exact IS NULL AND length(typed) > 3
            AND NOT EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.word >= typed AND n.word < typed || chr(1114111)) THEN
        SELECT alike || array_agg(w.word) INTO alike FROM (
            SELECT n.word FROM directory.word n
            WHERE n.tenant_id = tenant AND n.name AND n.word % typed AND similarity(n.word, typed) >= CASE WHEN length(typed) < 6 THEN 0.33 ELSE 0.4 END
            ORDER BY similarity(n.word, typed) DESC, n.word LIMIT 8) w;
    END IF;
    SELECT string_agg(quote_literal(w) || ':A', ' | ') INTO alternatives FROM unnest(alike) w;
    SELECT a.canonical INTO place FROM directory.alias a WHERE a.kind = 'city' AND a.alias = typed;
    names := nullif(concat_ws(' | ', exact::text, alternatives), '')::tsquery;
    -- Whoever goes on to the next word has finished this one: a whole word lets the index begin with the rarest of them.
    whole := NOT last AND EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.word = typed);
    anywhere := concat_ws(' | ', quote_literal(typed) || CASE WHEN whole THEN '' ELSE ':*' END, quote_literal(place), alternatives)::tsquery;
END $$;
-- +goose StatementEnd

-- queries is typed words as one query a tier, best first: every word in the name; every word a name that sounds or looks like
-- it; every word anywhere. A tier that cannot match is null; all are when nothing was typed.
-- +goose StatementBegin
CREATE FUNCTION directory.queries(typed text) RETURNS tsquery[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tokens text[] := (string_to_array(nullif(btrim(regexp_replace(directory.fold(typed), '[^[:alnum:]]+', ' ', 'g')), ''), ' '))[1:8];
    spelling record;
    tiers tsquery[];
BEGIN
    FOR place IN 1..coalesce(cardinality(tokens), 0) LOOP
        SELECT * INTO spelling FROM directory.spellings(tokens[place], place = cardinality(tokens));
        IF tiers IS NULL THEN
            tiers := ARRAY[spelling.exact, spelling.names, spelling.anywhere];
        ELSE -- null stays null: one word that is no name takes the tier away
            tiers := ARRAY[tiers[1] && spelling.exact, tiers[2] && spelling.names, tiers[3] && spelling.anywhere];
        END IF;
    END LOOP;
    RETURN tiers;
END $$;
-- +goose StatementEnd

-- found is the condition that words ($1) are in what the viewer may see of profile p. A batch is small: its people are read
-- and looked through, which the empty string sees to, instead of asking a second index for the whole institution.
CREATE FUNCTION directory.found(audience smallint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN audience >= 2 THEN 'p.words_batch @@ $1'
        ELSE format('(p.%s @@ $1 OR (p.batch_id = $3 AND (p.words_batch || '''') @@ $1))', (ARRAY['words_everyone', 'words_alumni'])[audience + 1]) END
$$;

-- find lists the people whom a viewer finds by words. Sorted by relevance it goes tier by tier and tells which; sorted by name
-- or batch it does not look at tiers. Filters that are null do not apply.
-- +goose StatementBegin
CREATE FUNCTION directory.find(
    typed text, audience smallint, me uuid, my_batch uuid,
    years smallint[], batches uuid[], programmes text[], departments text[],
    companies text[], cities text[], industries text[], standings text[], open_for text[],
    sort text, after_tier smallint, after_year smallint, after_name text, after_id uuid, max_rows integer)
RETURNS TABLE (id uuid, tier smallint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 20 AS $$
DECLARE
    tenant uuid := current_setting('app.tenant_id')::uuid;
    tiers tsquery[] := directory.queries(typed);
    filters text := '';
    ordering text := 'p.sort_name, p.id';
    so_far integer := 0;
    added integer;
BEGIN
    IF tiers IS NULL THEN
        RETURN;
    END IF;
    IF years IS NOT NULL AND batches IS NOT NULL THEN filters := filters || ' AND (p.year = ANY ($4) OR p.batch_id = ANY ($5))';
    ELSIF years IS NOT NULL THEN filters := filters || ' AND p.year = ANY ($4)';
    ELSIF batches IS NOT NULL THEN filters := filters || ' AND p.batch_id = ANY ($5)'; END IF;
    IF programmes IS NOT NULL THEN filters := filters || ' AND p.programme = ANY ($6)'; END IF;
    IF departments IS NOT NULL THEN filters := filters || ' AND p.department = ANY ($7)'; END IF;
    IF standings IS NOT NULL THEN filters := filters || ' AND p.standing = ANY ($8)'; END IF;
    IF companies IS NOT NULL THEN filters := filters || ' AND p.company_key = ANY ($9) AND ' || directory.visible('company'); END IF;
    IF cities IS NOT NULL THEN filters := filters || ' AND p.city_key = ANY ($10) AND ' || directory.visible('place'); END IF;
    IF industries IS NOT NULL THEN filters := filters || ' AND p.industry = ANY ($11) AND ' || directory.visible('industry'); END IF;
    IF open_for IS NOT NULL THEN filters := filters || ' AND p.open_to && $12 AND ' || directory.visible('open_to'); END IF;
    IF sort = 'batch' THEN
        ordering := 'p.year DESC, p.sort_name, p.id';
    END IF;

    FOR t IN 0..2 LOOP
        CONTINUE WHEN sort <> 'relevance' AND t < 2;
        CONTINUE WHEN t < after_tier OR tiers[t + 1] IS NULL OR (t = 1 AND tiers[2] = tiers[1]);
        RETURN QUERY EXECUTE format(
            'SELECT p.id, %s::smallint FROM directory.profile p WHERE p.tenant_id = $13 AND p.deleted_at IS NULL AND %s%s%s%s ORDER BY %s LIMIT $14',
            t,
            CASE WHEN t = 2 THEN directory.found(audience) ELSE 'p.words_everyone @@ $1' END,
            CASE WHEN t > 0 AND sort = 'relevance' AND tiers[t] IS NOT NULL THEN ' AND NOT p.words_everyone @@ $15' ELSE '' END,
            filters,
            CASE WHEN after_id IS NULL OR t > after_tier THEN ''
                WHEN sort = 'batch' THEN ' AND (-p.year, p.sort_name, p.id) > (-$16, $17, $18)'
                ELSE ' AND (p.sort_name, p.id) > ($17, $18)' END,
            -- Names of one kind stand together in the order of names, so walking that order to find them may walk it all: the
            -- empty string keeps the planner from it, and the few that match are sorted.
            CASE WHEN t < 2 THEN 'p.sort_name || '''', p.id' ELSE ordering END)
        USING tiers[t + 1], me, my_batch, years, batches, programmes, departments, standings, companies, cities, industries, open_for,
            tenant, max_rows - so_far, tiers[t], after_year, after_name, after_id, audience;
        GET DIAGNOSTICS added = ROW_COUNT;
        so_far := so_far + added;
        EXIT WHEN so_far >= max_rows;
    END LOOP;
END $$;
-- +goose StatementEnd

-- matches is everybody whom a viewer finds by words, in no order: what facets count. Very common words stop at 20,000.
-- +goose StatementBegin
CREATE FUNCTION directory.matches(typed text, audience smallint, me uuid, my_batch uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ROWS 1000 AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT p.id FROM directory.profile p WHERE p.tenant_id = $4 AND p.deleted_at IS NULL AND '
        || directory.found(audience) || ' LIMIT 20000'
    USING (directory.queries(typed))[3], me, my_batch, current_setting('app.tenant_id')::uuid;
END $$;
-- +goose StatementEnd

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA directory FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.fold(text), directory.sound(text), directory.words(directory.profile, smallint) TO stoa_app, stoa_search;
GRANT EXECUTE ON FUNCTION directory.visible(text), directory.found(smallint) TO stoa_search;
GRANT CREATE ON SCHEMA directory TO stoa_search;
ALTER FUNCTION directory.spellings(text, boolean) OWNER TO stoa_search;
ALTER FUNCTION directory.queries(text) OWNER TO stoa_search;
ALTER FUNCTION directory.find(text, smallint, uuid, uuid, smallint[], uuid[], text[], text[], text[], text[], text[], text[], text[], text, smallint, smallint, text, uuid, integer) OWNER TO stoa_search;
ALTER FUNCTION directory.matches(text, smallint, uuid, uuid) OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA directory FROM stoa_search;
GRANT EXECUTE ON FUNCTION directory.find(text, smallint, uuid, uuid, smallint[], uuid[], text[], text[], text[], text[], text[], text[], text[], text, smallint, smallint, text, uuid, integer),
    directory.matches(text, smallint, uuid, uuid) TO stoa_app;
