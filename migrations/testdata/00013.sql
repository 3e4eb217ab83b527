-- What version 13 adds: entries that wait for the chain, second factors, sign-in services, counts of guesses.
INSERT INTO audit.place (tenant_id, entry_id) SELECT tenant_id, id FROM audit.entry;
INSERT INTO identity.factor (tenant_id, id, person_id, kind, name, secret, created_at, confirmed_at)
SELECT tenant_id, id, id, 'totp', 'Phone', '\x00', now(), now() FROM identity.person WHERE 'instructor' = ANY (roles);
INSERT INTO identity.recovery_code (tenant_id, person_id, hash, created_at) SELECT tenant_id, person_id, '\x00', now() FROM identity.factor;
INSERT INTO identity.provider (tenant_id, id, key, name, issuer, client_id, secret, created_at, updated_at)
SELECT id, id, 'campus', 'Campus', 'https://id.example.org', 'stoa', '\x00', now(), now() FROM tenancy.institution;
INSERT INTO identity.connection (tenant_id, id, person_id, issuer, subject, created_at)
SELECT tenant_id, id, id, 'https://id.example.org', email, now() FROM identity.person WHERE 'student' = ANY (roles);
