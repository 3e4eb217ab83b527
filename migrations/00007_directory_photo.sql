-- +goose Up
-- A face, cut square and drawn anew by us. Its id cannot be guessed: whoever may see the photo is told its address, and a
-- replaced photo's content goes.
CREATE TABLE directory.photo (
    tenant_id  uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    id         uuid NOT NULL,
    person_id  uuid NOT NULL,
    content    bytea NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person (tenant_id, id)
);
CREATE INDEX photo_person ON directory.photo (tenant_id, person_id);
SELECT tenancy.protect('directory.photo');
