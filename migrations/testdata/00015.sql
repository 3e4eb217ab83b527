-- What version 15 adds: how often topics changed.
INSERT INTO cache.version (tenant_id, topic, n) SELECT id, 'directory', 1 FROM tenancy.institution;
