-- +goose Up
CREATE SCHEMA progress;
GRANT USAGE ON SCHEMA progress TO stoa_app;

-- covered is how many seconds a set of ranges holds.
CREATE FUNCTION progress.covered(ranges int4multirange) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT COALESCE(sum(upper(r) - lower(r)), 0)::integer FROM unnest(ranges) r
$$;

CREATE TABLE progress.lesson (
    tenant_id     uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    person_id     uuid NOT NULL,
    lesson_id     uuid NOT NULL,
    course_id     uuid NOT NULL,
    position      integer NOT NULL DEFAULT 0 CHECK (position >= 0), -- seconds into a video, per mille of a text
    watched       int4multirange NOT NULL DEFAULT '{}', -- the seconds of a video that were played
    seconds       integer NOT NULL DEFAULT 0, -- time spent
    completed_at  timestamptz,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id, lesson_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX lesson_course ON progress.lesson (tenant_id, person_id, course_id) INCLUDE (lesson_id, completed_at);
SELECT tenancy.protect('progress.lesson');

CREATE TABLE progress.course (
    tenant_id       uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    person_id       uuid NOT NULL,
    course_id       uuid NOT NULL,
    completed       integer NOT NULL DEFAULT 0,
    total           integer NOT NULL DEFAULT 0,
    last_lesson_id  uuid,
    completed_at    timestamptz,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id, course_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX course_recent ON progress.course (tenant_id, person_id, updated_at DESC);
SELECT tenancy.protect('progress.course');

-- One row a person and civil day of the institution: what the week on the home screen shows.
CREATE TABLE progress.day (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    person_id  uuid NOT NULL,
    day        date NOT NULL,
    seconds    integer NOT NULL DEFAULT 0,
    lessons    integer NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, person_id, day),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
SELECT tenancy.protect('progress.day');
