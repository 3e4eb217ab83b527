-- +goose Up
CREATE SCHEMA courses;
GRANT USAGE ON SCHEMA courses TO stoa_app, stoa_search;

CREATE TABLE courses.course (
    tenant_id        uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id               uuid NOT NULL,
    code             text NOT NULL CHECK (length(code) BETWEEN 1 AND 20),
    title            text NOT NULL CHECK (length(title) BETWEEN 1 AND 160),
    summary          text NOT NULL DEFAULT '' CHECK (length(summary) <= 400),
    description      text NOT NULL DEFAULT '' CHECK (length(description) <= 20000),
    description_html text NOT NULL DEFAULT '',
    category         text NOT NULL CHECK (length(category) BETWEEN 1 AND 60),
    level            text NOT NULL CHECK (level IN ('introductory', 'intermediate', 'advanced')),
    instructor_id    uuid NOT NULL,
    instructor_name  text NOT NULL,
    version          integer, -- the published version; none until the first publication
    lessons          integer NOT NULL DEFAULT 0,
    minutes          integer NOT NULL DEFAULT 0,
    learners         integer NOT NULL DEFAULT 0,
    words            tsvector NOT NULL DEFAULT '',
    published_at     timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    deleted_at       timestamptz,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT course_code UNIQUE (tenant_id, code),
    FOREIGN KEY (tenant_id, instructor_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX course_catalogue ON courses.course (tenant_id, title, id) WHERE version IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX course_category ON courses.course (tenant_id, category, level, title, id) WHERE version IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX course_instructor ON courses.course (tenant_id, instructor_id, title, id) WHERE deleted_at IS NULL;
CREATE INDEX course_words ON courses.course USING gin (tenant_id, words);
SELECT tenancy.protect('courses.course');

-- A published outline: sections and lessons as one document, so that a page is one read however long the course is. Rows are
-- never changed; publishing adds one and points the course to it, and nobody waits.
CREATE TABLE courses.version (
    tenant_id     uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    course_id     uuid NOT NULL,
    version       integer NOT NULL,
    outline       json NOT NULL,
    lesson_ids    uuid[] NOT NULL, -- in order
    published_at  timestamptz NOT NULL,
    published_by  uuid NOT NULL,
    PRIMARY KEY (tenant_id, course_id, version),
    FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course (tenant_id, id),
    FOREIGN KEY (tenant_id, published_by) REFERENCES identity.person (tenant_id, id)
);
SELECT tenancy.protect('courses.version', 'SELECT, INSERT');

CREATE TABLE courses.section (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id          uuid NOT NULL,
    course_id   uuid NOT NULL,
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 160),
    position    integer NOT NULL,
    deleted_at  timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course (tenant_id, id)
);
CREATE INDEX section_course ON courses.section (tenant_id, course_id, position) WHERE deleted_at IS NULL;
SELECT tenancy.protect('courses.section');

CREATE TABLE courses.lesson (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id          uuid NOT NULL,
    course_id   uuid NOT NULL,
    section_id  uuid NOT NULL,
    title       text NOT NULL CHECK (length(title) BETWEEN 1 AND 160),
    kind        text NOT NULL CHECK (kind IN ('text', 'video')),
    minutes     integer NOT NULL CHECK (minutes BETWEEN 1 AND 600),
    position    integer NOT NULL,
    revision    integer NOT NULL, -- the newest content
    published   integer,          -- the content learners see
    updated_at  timestamptz NOT NULL DEFAULT now(),
    deleted_at  timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course (tenant_id, id),
    FOREIGN KEY (tenant_id, section_id) REFERENCES courses.section (tenant_id, id)
);
CREATE INDEX lesson_course ON courses.lesson (tenant_id, course_id, position) WHERE deleted_at IS NULL;
SELECT tenancy.protect('courses.lesson');

-- The body of a lesson. A revision that has been published is never changed again.
CREATE TABLE courses.content (
    tenant_id      uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    lesson_id      uuid NOT NULL,
    revision       integer NOT NULL,
    body           text NOT NULL DEFAULT '' CHECK (length(body) <= 200000), -- markdown, the source
    body_html      text NOT NULL DEFAULT '', -- sanitised
    opening        text NOT NULL DEFAULT '', -- the first words, for cards
    video_url      text NOT NULL DEFAULT '' CHECK (length(video_url) <= 2000),
    video_seconds  integer NOT NULL DEFAULT 0 CHECK (video_seconds >= 0),
    PRIMARY KEY (tenant_id, lesson_id, revision),
    FOREIGN KEY (tenant_id, lesson_id) REFERENCES courses.lesson (tenant_id, id)
);
SELECT tenancy.protect('courses.content');

CREATE TABLE courses.enrolment (
    tenant_id   uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    course_id   uuid NOT NULL,
    person_id   uuid NOT NULL,
    at          timestamptz NOT NULL,
    left_at     timestamptz,
    PRIMARY KEY (tenant_id, course_id, person_id),
    FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX enrolment_person ON courses.enrolment (tenant_id, person_id, course_id) WHERE left_at IS NULL;
SELECT tenancy.protect('courses.enrolment');

-- Full text cannot use its index under row-level security (the operator is not leakproof), so this function carries the
-- institution itself and returns ids only.
CREATE POLICY definer ON courses.course FOR SELECT TO stoa_search USING (true);
GRANT SELECT (tenant_id, id, words, version, deleted_at) ON courses.course TO stoa_search;
CREATE FUNCTION courses.matching(q tsquery) RETURNS TABLE (id uuid, score real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.id, ts_rank(c.words, q)
    FROM courses.course c
    WHERE c.tenant_id = current_setting('app.tenant_id')::uuid AND c.words @@ q AND c.version IS NOT NULL AND c.deleted_at IS NULL
    ORDER BY 2 DESC LIMIT 500
$$;
REVOKE EXECUTE ON FUNCTION courses.matching(tsquery) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION courses.matching(tsquery) TO stoa_app;
GRANT CREATE ON SCHEMA courses TO stoa_search;
ALTER FUNCTION courses.matching(tsquery) OWNER TO stoa_search;
REVOKE CREATE ON SCHEMA courses FROM stoa_search;
