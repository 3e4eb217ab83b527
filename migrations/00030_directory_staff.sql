-- +goose Up
-- Staff of a part of the institution: of a programme, a department, or of both together. What they may do there follows from a row here;
-- who has the role may do it everywhere.
CREATE TABLE directory.staff (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    person_id  uuid NOT NULL,
    programme  text NOT NULL CHECK (length(programme) <= 80), -- empty: of every programme
    department text NOT NULL CHECK (length(department) <= 80), -- empty: of every department
    since      timestamptz NOT NULL,
    left_at    timestamptz,
    PRIMARY KEY (tenant_id, person_id, programme, department),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id),
    CONSTRAINT staff_of_something CHECK (programme <> '' OR department <> '')
);
SELECT tenancy.protect('directory.staff');

-- +goose Down
DROP TABLE directory.staff;
