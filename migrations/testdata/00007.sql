-- An installation as version 7 of the schema leaves it: two institutions, each with people, a course that is learned, a log.
INSERT INTO tenancy.institution (id, slug, name, short_name, is_default)
SELECT ('00000000-0000-7000-8000-00000000000' || n)::uuid, 'upgrade-' || n, 'Institute ' || n, 'Inst ' || n, n = 1 FROM generate_series(1, 2) n;
INSERT INTO tenancy.host (host, institution_id) SELECT slug || '.localhost', id FROM tenancy.institution;

-- People 1 to 11 of each: an instructor, two students, alumni.
INSERT INTO identity.person (tenant_id, id, email, name, password_hash, roles, standing, email_verified_at)
SELECT i.id, ('00000000-0000-7000-8001-' || lpad(n::text, 12, '0'))::uuid, 'p' || n || '@example.org',
    (ARRAY['Asha Iyer', 'Ravi Kumar', 'Mei Chen', 'Soumya Rao', 'José Núñez', 'Anne O''Hara', 'Li', 'Zoë Ångström', 'Om Prakash', '王小明', 'أحمد'])[n],
    'x', ARRAY[CASE WHEN n = 1 THEN 'instructor' WHEN n < 4 THEN 'student' ELSE 'alumnus' END], CASE WHEN n >= 4 THEN 'verified' END, now()
FROM tenancy.institution i, generate_series(1, 11) n;
INSERT INTO identity.session (tenant_id, id, person_id, rotated_at, nonce, device_hash, idle_expires_at, expires_at, created_at)
SELECT tenant_id, id, id, now(), '\x00', '\x00', now() + interval '1 day', now() + interval '1 day', now() FROM identity.person;

INSERT INTO directory.batch (tenant_id, id, code, programme, department, year)
SELECT id, '00000000-0000-7000-8002-000000000001', 'BTECH-CSE-2018', 'BTech', 'CSE', 2018 FROM tenancy.institution;
INSERT INTO directory.profile (tenant_id, id, name, sort_name, standing, batch_id, year, headline, company, company_key, city, city_key, see_place)
SELECT p.tenant_id, p.id, p.name, p.name, p.standing, '00000000-0000-7000-8002-000000000001', 2018, 'Likes node.js and CI/CD',
    'A.B.C. Steel-Works', 'a.b.c. steel-works', 'Pune', 'pune', 0
FROM identity.person p WHERE p.standing = 'verified';
UPDATE directory.profile SET company = 'شركة ألفا', company_key = 'شركة ألفا' WHERE name = 'أحمد';
INSERT INTO directory.profile (tenant_id, id, name, sort_name) SELECT tenant_id, id, name, name FROM identity.person WHERE standing IS NULL;
INSERT INTO directory.photo (tenant_id, id, person_id, content, at) SELECT tenant_id, id, id, '\x00', now() FROM directory.profile;

INSERT INTO courses.course (tenant_id, id, code, title, summary, category, level, instructor_id, instructor_name, version, lessons, minutes, learners, words, published_at)
SELECT id, '00000000-0000-7000-8003-000000000001', 'CS 1', 'Networks', '计算机网络', 'Computing', 'introductory', '00000000-0000-7000-8001-000000000001', 'Asha Iyer',
    1, 1, 10, 2, to_tsvector('simple', 'networks'), now() FROM tenancy.institution;
INSERT INTO courses.section (tenant_id, id, course_id, title, position)
SELECT tenant_id, '00000000-0000-7000-8004-000000000001', id, 'Layers', 1 FROM courses.course;
INSERT INTO courses.lesson (tenant_id, id, course_id, section_id, title, kind, minutes, position, revision, published)
SELECT tenant_id, '00000000-0000-7000-8005-000000000001', course_id, id, 'Packets', 'text', 10, 1, 1, 1 FROM courses.section;
INSERT INTO courses.content (tenant_id, lesson_id, revision, body, body_html) SELECT tenant_id, id, 1, 'Packets', '<p>Packets</p>' FROM courses.lesson;
INSERT INTO courses.version (tenant_id, course_id, version, outline, lesson_ids, published_at, published_by)
SELECT l.tenant_id, l.course_id, 1, json_build_array(json_build_object('id', l.section_id, 'title', 'Layers',
    'lessons', json_build_array(json_build_object('id', l.id, 'title', l.title, 'kind', l.kind, 'minutes', l.minutes, 'revision', 1)))),
    ARRAY[l.id], now(), '00000000-0000-7000-8001-000000000001' FROM courses.lesson l;
INSERT INTO courses.enrolment (tenant_id, course_id, person_id, at)
SELECT tenant_id, '00000000-0000-7000-8003-000000000001', id, now() FROM identity.person WHERE 'student' = ANY (roles);

INSERT INTO progress.lesson (tenant_id, person_id, lesson_id, course_id, position, seconds, completed_at, updated_at)
SELECT tenant_id, person_id, '00000000-0000-7000-8005-000000000001', course_id, 500, 60, now(), now() FROM courses.enrolment;
INSERT INTO progress.course (tenant_id, person_id, course_id, completed, total, last_lesson_id, updated_at)
SELECT tenant_id, person_id, course_id, 1, 1, lesson_id, now() FROM progress.lesson;
INSERT INTO progress.day (tenant_id, person_id, day, seconds, lessons) SELECT tenant_id, person_id, current_date, 60, 1 FROM progress.course;

INSERT INTO audit.entry (tenant_id, id, verb, object_type, object_id, after)
SELECT tenant_id, id, 'person.create', 'person', id, jsonb_build_object('name', name) FROM identity.person;
