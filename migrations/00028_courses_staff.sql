-- +goose Up
-- Who makes a course: instructors teach it, assistants help to. What one may do with a course follows from a row here, not from a
-- role alone. The course's own instructor_id is the one whose name stands in the catalogue.
CREATE TABLE courses.staff (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    course_id  uuid NOT NULL,
    person_id  uuid NOT NULL,
    "as"       text NOT NULL CHECK ("as" IN ('instructor', 'assistant')),
    since      timestamptz NOT NULL DEFAULT now(),
    left_at    timestamptz,
    PRIMARY KEY (tenant_id, course_id, person_id),
    FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX staff_person ON courses.staff (tenant_id, person_id) WHERE left_at IS NULL;

ALTER TABLE courses.course NO FORCE ROW LEVEL SECURITY;
INSERT INTO courses.staff (tenant_id, course_id, person_id, "as", since)
SELECT tenant_id, id, instructor_id, 'instructor', created_at FROM courses.course;
ALTER TABLE courses.course FORCE ROW LEVEL SECURITY;

SELECT tenancy.protect('courses.staff');

-- Who opens a course teaches it, whichever version of the program they use.
-- +goose StatementBegin
CREATE FUNCTION courses.staff_course() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO courses.staff (tenant_id, course_id, person_id, "as", since)
    VALUES (NEW.tenant_id, NEW.id, NEW.instructor_id, 'instructor', NEW.created_at);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER staff_course AFTER INSERT ON courses.course FOR EACH ROW EXECUTE FUNCTION courses.staff_course();
REVOKE EXECUTE ON FUNCTION courses.staff_course() FROM PUBLIC;

-- What a person taught is found by their rows.
DROP INDEX courses.course_instructor;

-- +goose Down
CREATE INDEX course_instructor ON courses.course (tenant_id, instructor_id, title, id) WHERE deleted_at IS NULL;
DROP TRIGGER staff_course ON courses.course;
DROP FUNCTION courses.staff_course();
DROP TABLE courses.staff;
