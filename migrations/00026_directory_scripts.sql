-- +goose Up
-- People are found by their names in every script. Two ways to write one letter are the same letter: the seat of a hamza,
-- kinds of alef, the Persian and Urdu forms of kaf, yeh and heh. What is not spoken is no letter: vowel signs, tatweel,
-- joiners, marks of direction, selectors of a variant.
CREATE OR REPLACE FUNCTION directory.fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT translate(
        regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)),
            '[\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed'
            '\u08d3-\u08e1\u08e3-\u08ff\u200c-\u200f\u2060\ufe00-\ufe0f\ufeff]+', '', 'g'),
        U&'\0622\0623\0625\0671\0672\0673\0624\0626\0649\06CC\0629\06BE\06C0\06C1\06C2\06C3\06D5\06A9\06D3',
        U&'\0627\0627\0627\0627\0627\0627\0648\064A\064A\064A\0647\0647\0647\0647\0647\0647\0647\0643\06D2')
$$;

-- unspaced is a letter of a script that sets no blanks between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean.
CREATE FUNCTION directory.unspaced() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '[\u0e01-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]'
$$;

-- split is text as words of any script. Where no blanks part them, each two neighbours are a word: a given name is found
-- within the whole name without a dictionary.
CREATE OR REPLACE FUNCTION directory.split(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT regexp_replace(
        btrim(regexp_replace(
            regexp_replace(directory.fold(value), '(' || directory.unspaced() || '+)', ' \1 ', 'g'),
            '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u3004\u3008-\u303f]+', ' ', 'g')),
        '(?<=' || directory.unspaced() || ')(' || directory.unspaced() || ')(?=' || directory.unspaced() || ')', '\1 \1', 'g')
$$;

-- lexemes writes the words of a value as a tsvector's text, with a weight; of two neighbours each alone as well.
CREATE OR REPLACE FUNCTION directory.lexemes(value text, weight text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT replace(nullif(regexp_replace(directory.split(value),
        '(' || directory.unspaced() || ')(' || directory.unspaced() || ')', '\1\2 \1 \2', 'g'), ''),
        ' ', ':1' || weight || ' ') || ':1' || weight
$$;

-- typed is what someone typed as words: eight at most, and sixteen where some are cut into neighbours.
CREATE FUNCTION directory.typed(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT (string_to_array(nullif(words, ''), ' '))[1:CASE WHEN words ~ directory.unspaced() THEN 16 ELSE 8 END]
    FROM (SELECT directory.split(value) AS words) t
$$;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION directory.queries(typed text) RETURNS tsquery[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tokens text[] := directory.typed(typed);
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

CREATE OR REPLACE FUNCTION courses.matching(typed text) RETURNS TABLE (id uuid, score real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH asked AS (SELECT string_agg(quote_literal(w) || ':*', ' & ')::tsquery AS q FROM unnest(directory.typed(typed)) w)
    SELECT c.id, ts_rank(c.words, asked.q)
    FROM asked, courses.course c
    WHERE c.tenant_id = current_setting('app.tenant_id')::uuid AND c.words @@ asked.q AND c.version IS NOT NULL AND c.deleted_at IS NULL
    ORDER BY 2 DESC LIMIT 500
$$;

REVOKE EXECUTE ON FUNCTION directory.unspaced(), directory.typed(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.unspaced(), directory.typed(text) TO stoa_app, stoa_search;

-- Everybody who is here already, and every course, in the new way. The triggers of profile write words and changes.
CREATE FUNCTION pg_temp.key(value text) RETURNS text LANGUAGE sql AS $$
    SELECT btrim(regexp_replace(directory.fold(value), '[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'))
$$;
ALTER TABLE directory.profile NO FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.word NO FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.change NO FORCE ROW LEVEL SECURITY;
ALTER TABLE courses.course NO FORCE ROW LEVEL SECURITY;
DELETE FROM directory.word;
UPDATE directory.profile SET company_key = pg_temp.key(company),
    city_key = COALESCE((SELECT a.canonical FROM directory.alias a WHERE a.kind = 'city' AND a.alias = pg_temp.key(city)), pg_temp.key(city));
UPDATE courses.course SET title = title;
DROP FUNCTION pg_temp.key(text);
ALTER TABLE courses.course FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.change FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.word FORCE ROW LEVEL SECURITY;
ALTER TABLE directory.profile FORCE ROW LEVEL SECURITY;

-- +goose Down
SELECT 1;
