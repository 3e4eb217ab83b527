-- +goose Up
-- What a registration asks for, until its own link proves the address. Several may ask for one address, of which one at most is its
-- owner's: each link brings the name and the password of its own registration, and none is sent away by another.
CREATE TABLE identity.registration (
    tenant_id      uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenancy.institution (id),
    link_id        uuid NOT NULL,
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    password_hash  text NOT NULL,
    device_hash    bytea, -- of the browser that registered; none: a program
    PRIMARY KEY (tenant_id, link_id),
    FOREIGN KEY (tenant_id, link_id) REFERENCES identity.link (tenant_id, id) ON DELETE CASCADE
);
SELECT tenancy.protect('identity.registration', 'SELECT, INSERT');
CREATE INDEX link_person ON identity.link (tenant_id, person_id, purpose) WHERE used_at IS NULL;

-- +goose Down
DROP INDEX identity.link_person;
DROP TABLE identity.registration;
