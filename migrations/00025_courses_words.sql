-- +goose Up
-- The catalogue finds a course by each word of its own title in any script: words are cut and folded by the directory's one function, for
-- what is indexed and for what is typed. Before, each side had its own way, and Node.js or a title in Hindi was not found by itself.
-- +goose StatementBegin
CREATE FUNCTION courses.index_course() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.words := concat_ws(' ', directory.lexemes(NEW.code || ' ' || NEW.title, 'A'),
        directory.lexemes(NEW.category || ' ' || NEW.instructor_name, 'B'), directory.lexemes(NEW.summary, 'C'))::tsvector;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER index_course BEFORE INSERT OR UPDATE ON courses.course FOR EACH ROW EXECUTE FUNCTION courses.index_course();

-- Each typed word may be the beginning of a word.
CREATE FUNCTION courses.matching(typed text) RETURNS TABLE (id uuid, score real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH asked AS (
        SELECT string_agg(quote_literal(w) || ':*', ' & ')::tsquery AS q
        FROM unnest((string_to_array(nullif(directory.split(typed), ''), ' '))[1:8]) w
    )
    SELECT c.id, ts_rank(c.words, asked.q)
    FROM asked, courses.course c
    WHERE c.tenant_id = current_setting('app.tenant_id')::uuid AND c.words @@ asked.q AND c.version IS NOT NULL AND c.deleted_at IS NULL
    ORDER BY 2 DESC LIMIT 500
$$;
REVOKE EXECUTE ON FUNCTION courses.index_course(), courses.matching(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION courses.matching(text) TO stoa_app;
GRANT USAGE ON SCHEMA directory TO stoa_search;
GRANT CREATE ON SCHEMA courses TO stoa_search;
ALTER FUNCTION courses.matching(text) OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA courses FROM stoa_search;

ALTER TABLE courses.course NO FORCE ROW LEVEL SECURITY;
UPDATE courses.course SET title = title;
ALTER TABLE courses.course FORCE ROW LEVEL SECURITY;

-- +goose Down
DROP FUNCTION courses.matching(text);
DROP TRIGGER index_course ON courses.course;
DROP FUNCTION courses.index_course();
