-- The database after all migrations, made by make gen. Not run: the truth is in migrations/.

CREATE TABLE audit.block (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    number bigint NOT NULL,
    entries uuid[] NOT NULL,
    leaves bytea NOT NULL,
    root bytea NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    CONSTRAINT block_pkey PRIMARY KEY (tenant_id, number),
    CONSTRAINT block_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT block_entries_check CHECK ((cardinality(entries) > 0)),
    CONSTRAINT block_number_check CHECK ((number > 0))
);
CREATE POLICY institution ON audit.block FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT ON audit.block TO stoa_app;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON audit.block FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON audit.block FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

CREATE TABLE audit.entry (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    actor_id uuid,
    impersonator_id uuid,
    verb text NOT NULL,
    object_type text NOT NULL,
    object_id uuid NOT NULL,
    before jsonb,
    after jsonb,
    request_id text NOT NULL DEFAULT ''::text,
    address text NOT NULL DEFAULT ''::text,
    CONSTRAINT entry_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT entry_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id)
);
CREATE INDEX entry_actor ON audit.entry USING btree (tenant_id, actor_id, id DESC);
CREATE INDEX entry_object ON audit.entry USING btree (tenant_id, object_type, object_id, id DESC);
CREATE POLICY institution ON audit.entry FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT ON audit.entry TO stoa_app;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON audit.entry FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON audit.entry FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

CREATE TABLE audit.place (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    entry_id uuid NOT NULL,
    block bigint,
    CONSTRAINT place_pkey PRIMARY KEY (tenant_id, entry_id),
    CONSTRAINT place_tenant_id_entry_id_fkey FOREIGN KEY (tenant_id, entry_id) REFERENCES audit.entry(tenant_id, id),
    CONSTRAINT place_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id)
);
CREATE INDEX place_open ON audit.place USING btree (tenant_id, entry_id) WHERE (block IS NULL);
CREATE POLICY definer ON audit.place FOR SELECT TO stoa_search USING (true);
CREATE POLICY institution ON audit.place FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON audit.place TO stoa_app;
GRANT SELECT ON audit.place TO stoa_search;

CREATE TABLE cache.answered (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    person_id uuid NOT NULL,
    key text NOT NULL,
    request bytea NOT NULL,
    at timestamp with time zone NOT NULL DEFAULT now(),
    status integer,
    content_type text NOT NULL DEFAULT ''::text,
    content bytea NOT NULL DEFAULT '\x'::bytea,
    CONSTRAINT answered_pkey PRIMARY KEY (tenant_id, person_id, key),
    CONSTRAINT answered_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT answered_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);
CREATE INDEX answered_old ON cache.answered USING btree (at);
CREATE POLICY institution ON cache.answered FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY sweep ON cache.answered FOR ALL TO stoa_search USING ((at < (now() - '1 day'::interval)));
GRANT INSERT, SELECT, UPDATE ON cache.answered TO stoa_app;
GRANT DELETE, SELECT ON cache.answered TO stoa_search;

CREATE TABLE cache.version (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    topic text NOT NULL,
    n bigint NOT NULL,
    CONSTRAINT version_pkey PRIMARY KEY (tenant_id, topic),
    CONSTRAINT version_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id)
);
CREATE POLICY institution ON cache.version FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON cache.version TO stoa_app;

CREATE TABLE courses.content (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    lesson_id uuid NOT NULL,
    revision integer NOT NULL,
    body text NOT NULL DEFAULT ''::text,
    body_html text NOT NULL DEFAULT ''::text,
    opening text NOT NULL DEFAULT ''::text,
    video_url text NOT NULL DEFAULT ''::text,
    video_seconds integer NOT NULL DEFAULT 0,
    rendered integer NOT NULL DEFAULT 0,
    CONSTRAINT content_pkey PRIMARY KEY (tenant_id, lesson_id, revision),
    CONSTRAINT content_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT content_tenant_id_lesson_id_fkey FOREIGN KEY (tenant_id, lesson_id) REFERENCES courses.lesson(tenant_id, id),
    CONSTRAINT content_body_check CHECK ((length(body) <= 200000)),
    CONSTRAINT content_video_seconds_check CHECK ((video_seconds >= 0)),
    CONSTRAINT content_video_url_check CHECK ((length(video_url) <= 2000))
);
CREATE POLICY institution ON courses.content FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON courses.content TO stoa_app;

CREATE TABLE courses.course (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    summary text NOT NULL DEFAULT ''::text,
    description text NOT NULL DEFAULT ''::text,
    description_html text NOT NULL DEFAULT ''::text,
    category text NOT NULL,
    level text NOT NULL,
    instructor_id uuid NOT NULL,
    instructor_name text NOT NULL,
    version integer,
    lessons integer NOT NULL DEFAULT 0,
    minutes integer NOT NULL DEFAULT 0,
    learners integer NOT NULL DEFAULT 0,
    words tsvector NOT NULL DEFAULT ''::tsvector,
    published_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    rendered integer NOT NULL DEFAULT 0,
    CONSTRAINT course_code UNIQUE (tenant_id, code),
    CONSTRAINT course_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT course_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT course_tenant_id_instructor_id_fkey FOREIGN KEY (tenant_id, instructor_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT course_category_check CHECK (((length(category) >= 1) AND (length(category) <= 60))),
    CONSTRAINT course_code_check CHECK (((length(code) >= 1) AND (length(code) <= 20))),
    CONSTRAINT course_description_check CHECK ((length(description) <= 20000)),
    CONSTRAINT course_level_check CHECK ((level = ANY (ARRAY['introductory'::text, 'intermediate'::text, 'advanced'::text]))),
    CONSTRAINT course_summary_check CHECK ((length(summary) <= 400)),
    CONSTRAINT course_title_check CHECK (((length(title) >= 1) AND (length(title) <= 160)))
);
CREATE INDEX course_catalogue ON courses.course USING btree (tenant_id, title, id) WHERE ((version IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX course_category ON courses.course USING btree (tenant_id, category, level, title, id) WHERE ((version IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX course_words ON courses.course USING gin (tenant_id, words);
CREATE POLICY definer ON courses.course FOR SELECT TO stoa_search USING (true);
CREATE POLICY institution ON courses.course FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON courses.course TO stoa_app;
CREATE TRIGGER index_course BEFORE INSERT OR UPDATE ON courses.course FOR EACH ROW EXECUTE FUNCTION courses.index_course();
CREATE TRIGGER staff_course AFTER INSERT ON courses.course FOR EACH ROW EXECUTE FUNCTION courses.staff_course();

CREATE TABLE courses.enrolment (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    course_id uuid NOT NULL,
    person_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    CONSTRAINT enrolment_pkey PRIMARY KEY (tenant_id, course_id, person_id),
    CONSTRAINT enrolment_tenant_id_course_id_fkey FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course(tenant_id, id),
    CONSTRAINT enrolment_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT enrolment_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id)
);
CREATE INDEX enrolment_person ON courses.enrolment USING btree (tenant_id, person_id, course_id) WHERE (left_at IS NULL);
CREATE POLICY institution ON courses.enrolment FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON courses.enrolment TO stoa_app;

CREATE TABLE courses.lesson (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    course_id uuid NOT NULL,
    section_id uuid NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    minutes integer NOT NULL,
    position integer NOT NULL,
    revision integer NOT NULL,
    published integer,
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT lesson_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT lesson_tenant_id_course_id_fkey FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course(tenant_id, id),
    CONSTRAINT lesson_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT lesson_tenant_id_section_id_fkey FOREIGN KEY (tenant_id, section_id) REFERENCES courses.section(tenant_id, id),
    CONSTRAINT lesson_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'video'::text]))),
    CONSTRAINT lesson_minutes_check CHECK (((minutes >= 1) AND (minutes <= 600))),
    CONSTRAINT lesson_title_check CHECK (((length(title) >= 1) AND (length(title) <= 160)))
);
CREATE INDEX lesson_course ON courses.lesson USING btree (tenant_id, course_id, "position") WHERE (deleted_at IS NULL);
CREATE POLICY institution ON courses.lesson FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON courses.lesson TO stoa_app;

CREATE TABLE courses.section (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    course_id uuid NOT NULL,
    title text NOT NULL,
    position integer NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT section_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT section_tenant_id_course_id_fkey FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course(tenant_id, id),
    CONSTRAINT section_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT section_title_check CHECK (((length(title) >= 1) AND (length(title) <= 160)))
);
CREATE INDEX section_course ON courses.section USING btree (tenant_id, course_id, "position") WHERE (deleted_at IS NULL);
CREATE POLICY institution ON courses.section FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON courses.section TO stoa_app;

CREATE TABLE courses.staff (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    course_id uuid NOT NULL,
    person_id uuid NOT NULL,
    as text NOT NULL,
    since timestamp with time zone NOT NULL DEFAULT now(),
    left_at timestamp with time zone,
    CONSTRAINT staff_pkey PRIMARY KEY (tenant_id, course_id, person_id),
    CONSTRAINT staff_tenant_id_course_id_fkey FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course(tenant_id, id),
    CONSTRAINT staff_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT staff_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT staff_as_check CHECK (("as" = ANY (ARRAY['instructor'::text, 'assistant'::text])))
);
CREATE INDEX staff_person ON courses.staff USING btree (tenant_id, person_id) WHERE (left_at IS NULL);
CREATE POLICY institution ON courses.staff FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON courses.staff TO stoa_app;

CREATE TABLE courses.version (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    course_id uuid NOT NULL,
    version integer NOT NULL,
    outline json NOT NULL,
    lesson_ids uuid[] NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by uuid NOT NULL,
    CONSTRAINT version_pkey PRIMARY KEY (tenant_id, course_id, version),
    CONSTRAINT version_tenant_id_course_id_fkey FOREIGN KEY (tenant_id, course_id) REFERENCES courses.course(tenant_id, id),
    CONSTRAINT version_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT version_tenant_id_published_by_fkey FOREIGN KEY (tenant_id, published_by) REFERENCES identity.person(tenant_id, id)
);
CREATE POLICY institution ON courses.version FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT ON courses.version TO stoa_app;

CREATE TABLE directory.alias (
    kind text NOT NULL,
    alias text NOT NULL,
    canonical text NOT NULL,
    label text NOT NULL,
    CONSTRAINT alias_pkey PRIMARY KEY (kind, alias),
    CONSTRAINT alias_kind_check CHECK ((kind = 'city'::text))
);
GRANT SELECT ON directory.alias TO stoa_app;
GRANT SELECT ON directory.alias TO stoa_search;

CREATE TABLE directory.batch (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    code text NOT NULL,
    programme text NOT NULL,
    department text NOT NULL,
    year smallint NOT NULL,
    CONSTRAINT batch_code UNIQUE (tenant_id, code),
    CONSTRAINT batch_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT batch_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT batch_code_check CHECK (((length(code) >= 1) AND (length(code) <= 40))),
    CONSTRAINT batch_department_check CHECK (((length(department) >= 1) AND (length(department) <= 80))),
    CONSTRAINT batch_programme_check CHECK (((length(programme) >= 1) AND (length(programme) <= 80))),
    CONSTRAINT batch_year_check CHECK (((year >= 1850) AND (year <= 2200)))
);
CREATE INDEX batch_year ON directory.batch USING btree (tenant_id, year DESC, code);
CREATE POLICY institution ON directory.batch FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON directory.batch TO stoa_app;

CREATE TABLE directory.change (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    person_id uuid NOT NULL,
    at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT change_pkey PRIMARY KEY (tenant_id, xid, person_id),
    CONSTRAINT change_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id)
);
CREATE INDEX change_at ON directory.change USING btree (at);
CREATE POLICY institution ON directory.change FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY sweep ON directory.change FOR ALL TO stoa_search USING ((at < (now() - '01:00:00'::interval)));
GRANT INSERT, SELECT ON directory.change TO stoa_app;
GRANT DELETE, SELECT ON directory.change TO stoa_search;

CREATE TABLE directory.label (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id bigint NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    label text NOT NULL,
    see smallint NOT NULL,
    people integer NOT NULL,
    CONSTRAINT label_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT label_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT label_kind_check CHECK ((kind = ANY (ARRAY['company'::text, 'city'::text]))),
    CONSTRAINT label_see_check CHECK (((see >= 0) AND (see <= 3)))
);
CREATE INDEX label_key ON directory.label USING btree (tenant_id, kind, key) INCLUDE (label, see, people);
CREATE POLICY institution ON directory.label FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY sweep ON directory.label FOR ALL TO stoa_search USING (true) WITH CHECK (true);
GRANT INSERT, SELECT ON directory.label TO stoa_app;
GRANT DELETE, INSERT, SELECT ON directory.label TO stoa_search;

CREATE TABLE directory.photo (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    content bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT photo_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT photo_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT photo_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id)
);
CREATE INDEX photo_person ON directory.photo USING btree (tenant_id, person_id);
CREATE POLICY institution ON directory.photo FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON directory.photo TO stoa_app;

CREATE TABLE directory.profile (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    name text NOT NULL,
    sort_name text NOT NULL,
    standing text,
    batch_id uuid,
    year smallint NOT NULL DEFAULT 0,
    programme text NOT NULL DEFAULT ''::text,
    department text NOT NULL DEFAULT ''::text,
    headline text NOT NULL DEFAULT ''::text,
    company text NOT NULL DEFAULT ''::text,
    company_key text NOT NULL DEFAULT ''::text,
    title text NOT NULL DEFAULT ''::text,
    industry text NOT NULL DEFAULT ''::text,
    city text NOT NULL DEFAULT ''::text,
    city_key text NOT NULL DEFAULT ''::text,
    country text NOT NULL DEFAULT ''::text,
    about text NOT NULL DEFAULT ''::text,
    links text[] NOT NULL DEFAULT '{}'::text[],
    languages text[] NOT NULL DEFAULT '{}'::text[],
    open_to text[] NOT NULL DEFAULT '{}'::text[],
    photo text NOT NULL DEFAULT ''::text,
    see_headline smallint NOT NULL DEFAULT 0,
    see_company smallint NOT NULL DEFAULT 0,
    see_title smallint NOT NULL DEFAULT 0,
    see_industry smallint NOT NULL DEFAULT 0,
    see_place smallint NOT NULL DEFAULT 1,
    see_about smallint NOT NULL DEFAULT 0,
    see_links smallint NOT NULL DEFAULT 1,
    see_languages smallint NOT NULL DEFAULT 0,
    see_open_to smallint NOT NULL DEFAULT 0,
    see_photo smallint NOT NULL DEFAULT 0,
    words_everyone tsvector NOT NULL DEFAULT ''::tsvector,
    words_alumni tsvector NOT NULL DEFAULT ''::tsvector,
    words_batch tsvector NOT NULL DEFAULT ''::tsvector,
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    confirmed boolean NOT NULL DEFAULT true,
    CONSTRAINT profile_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT profile_tenant_id_batch_id_fkey FOREIGN KEY (tenant_id, batch_id) REFERENCES directory.batch(tenant_id, id),
    CONSTRAINT profile_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT profile_tenant_id_id_fkey FOREIGN KEY (tenant_id, id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT profile_about_check CHECK ((length(about) <= 4000)),
    CONSTRAINT profile_city_check CHECK ((length(city) <= 80)),
    CONSTRAINT profile_company_check CHECK ((length(company) <= 120)),
    CONSTRAINT profile_country_check CHECK ((length(country) <= 80)),
    CONSTRAINT profile_headline_check CHECK ((length(headline) <= 160)),
    CONSTRAINT profile_industry_check CHECK ((length(industry) <= 80)),
    CONSTRAINT profile_open_to_check CHECK ((open_to <@ ARRAY['mentoring'::text, 'hiring'::text])),
    CONSTRAINT profile_see_about_check CHECK (((see_about >= 0) AND (see_about <= 3))),
    CONSTRAINT profile_see_company_check CHECK (((see_company >= 0) AND (see_company <= 3))),
    CONSTRAINT profile_see_headline_check CHECK (((see_headline >= 0) AND (see_headline <= 3))),
    CONSTRAINT profile_see_industry_check CHECK (((see_industry >= 0) AND (see_industry <= 3))),
    CONSTRAINT profile_see_languages_check CHECK (((see_languages >= 0) AND (see_languages <= 3))),
    CONSTRAINT profile_see_links_check CHECK (((see_links >= 0) AND (see_links <= 3))),
    CONSTRAINT profile_see_open_to_check CHECK (((see_open_to >= 0) AND (see_open_to <= 3))),
    CONSTRAINT profile_see_photo_check CHECK (((see_photo >= 0) AND (see_photo <= 3))),
    CONSTRAINT profile_see_place_check CHECK (((see_place >= 0) AND (see_place <= 3))),
    CONSTRAINT profile_see_title_check CHECK (((see_title >= 0) AND (see_title <= 3))),
    CONSTRAINT profile_title_check CHECK ((length(title) <= 120))
);
CREATE INDEX profile_batch ON directory.profile USING btree (tenant_id, batch_id, sort_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX profile_city ON directory.profile USING btree (tenant_id, city_key, sort_name, id) WHERE ((deleted_at IS NULL) AND (city_key <> ''::text));
CREATE INDEX profile_company ON directory.profile USING btree (tenant_id, company_key, sort_name, id) WHERE ((deleted_at IS NULL) AND (company_key <> ''::text));
CREATE INDEX profile_country ON directory.profile USING btree (tenant_id, country, sort_name, id) WHERE ((deleted_at IS NULL) AND (country <> ''::text));
CREATE INDEX profile_department ON directory.profile USING btree (tenant_id, department, year, sort_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX profile_industry ON directory.profile USING btree (tenant_id, industry, sort_name, id) WHERE ((deleted_at IS NULL) AND (industry <> ''::text));
CREATE INDEX profile_name ON directory.profile USING btree (tenant_id, sort_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX profile_verified ON directory.profile USING btree (tenant_id, sort_name, id) WHERE ((deleted_at IS NULL) AND (standing = 'verified'::text));
CREATE INDEX profile_words_alumni ON directory.profile USING gin (tenant_id, words_alumni) WITH (fastupdate=off);
CREATE INDEX profile_words_batch ON directory.profile USING gin (tenant_id, words_batch) WITH (fastupdate=off);
CREATE INDEX profile_words_everyone ON directory.profile USING gin (tenant_id, words_everyone) WITH (fastupdate=off);
CREATE INDEX profile_year ON directory.profile USING btree (tenant_id, year DESC, sort_name, id) WHERE (deleted_at IS NULL);
CREATE INDEX profile_year_company ON directory.profile USING btree (tenant_id, year, company_key, sort_name, id) WHERE ((deleted_at IS NULL) AND (company_key <> ''::text));
CREATE POLICY definer ON directory.profile FOR SELECT TO stoa_search USING (true);
CREATE POLICY institution ON directory.profile FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON directory.profile TO stoa_app;
GRANT SELECT ON directory.profile TO stoa_search;
CREATE TRIGGER index_profile BEFORE INSERT OR UPDATE ON directory.profile FOR EACH ROW EXECUTE FUNCTION directory.index_profile();
CREATE TRIGGER index_unconfirmed BEFORE INSERT OR UPDATE ON directory.profile FOR EACH ROW WHEN ((NOT new.confirmed)) EXECUTE FUNCTION directory.hide_unconfirmed();
CREATE TRIGGER index_words AFTER INSERT OR UPDATE ON directory.profile FOR EACH ROW EXECUTE FUNCTION directory.index_words();
CREATE TRIGGER label_delete AFTER DELETE ON directory.profile REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION directory.count_labels();
CREATE TRIGGER label_insert AFTER INSERT ON directory.profile REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION directory.count_labels();
CREATE TRIGGER label_update AFTER UPDATE ON directory.profile REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION directory.count_labels();
CREATE TRIGGER note_delete AFTER DELETE ON directory.profile REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION directory.note_change();
CREATE TRIGGER note_insert AFTER INSERT ON directory.profile REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION directory.note_change();
CREATE TRIGGER note_update AFTER UPDATE ON directory.profile REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION directory.note_change();

CREATE TABLE directory.staff (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    person_id uuid NOT NULL,
    programme text NOT NULL,
    department text NOT NULL,
    since timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    CONSTRAINT staff_pkey PRIMARY KEY (tenant_id, person_id, programme, department),
    CONSTRAINT staff_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT staff_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT staff_department_check CHECK ((length(department) <= 80)),
    CONSTRAINT staff_of_something CHECK (((programme <> ''::text) OR (department <> ''::text))),
    CONSTRAINT staff_programme_check CHECK ((length(programme) <= 80))
);
CREATE POLICY institution ON directory.staff FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON directory.staff TO stoa_app;

CREATE TABLE directory.word (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    word text NOT NULL,
    name boolean NOT NULL,
    sound text NOT NULL,
    CONSTRAINT word_pkey PRIMARY KEY (tenant_id, word),
    CONSTRAINT word_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id)
);
CREATE INDEX word_name ON directory.word USING btree (tenant_id, word) WHERE name;
CREATE INDEX word_sound ON directory.word USING btree (tenant_id, sound) WHERE name;
CREATE INDEX word_trigram ON directory.word USING gin (tenant_id, word gin_trgm_ops) WHERE name;
CREATE POLICY definer ON directory.word FOR SELECT TO stoa_search USING (true);
CREATE POLICY institution ON directory.word FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON directory.word TO stoa_app;
GRANT SELECT ON directory.word TO stoa_search;

CREATE TABLE identity.ban (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    by_id uuid NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    lifted_at timestamp with time zone,
    lifted_by uuid,
    CONSTRAINT ban_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT ban_tenant_id_by_id_fkey FOREIGN KEY (tenant_id, by_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT ban_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT ban_tenant_id_lifted_by_fkey FOREIGN KEY (tenant_id, lifted_by) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT ban_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT ban_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000)))
);
CREATE UNIQUE INDEX ban_current ON identity.ban USING btree (tenant_id, person_id) WHERE (lifted_at IS NULL);
CREATE POLICY institution ON identity.ban FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON identity.ban TO stoa_app;

CREATE TABLE identity.challenge (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    person_id uuid,
    purpose text NOT NULL,
    data jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT challenge_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT challenge_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT challenge_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id)
);
CREATE INDEX challenge_old ON identity.challenge USING btree (expires_at);
CREATE POLICY institution ON identity.challenge FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY sweep ON identity.challenge FOR ALL TO stoa_search USING ((expires_at < (now() - '1 day'::interval)));
GRANT INSERT, SELECT, UPDATE ON identity.challenge TO stoa_app;
GRANT DELETE, SELECT ON identity.challenge TO stoa_search;

CREATE TABLE identity.connection (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    email text NOT NULL DEFAULT ''::text,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    removed_at timestamp with time zone,
    CONSTRAINT connection_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT connection_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT connection_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT connection_email_check CHECK ((length(email) <= 254)),
    CONSTRAINT connection_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 255)))
);
CREATE INDEX connection_person ON identity.connection USING btree (tenant_id, person_id) WHERE (removed_at IS NULL);
CREATE UNIQUE INDEX connection_subject ON identity.connection USING btree (tenant_id, issuer, subject) WHERE (removed_at IS NULL);
CREATE POLICY institution ON identity.connection FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON identity.connection TO stoa_app;

CREATE TABLE identity.factor (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    secret bytea,
    last_step bigint NOT NULL DEFAULT 0,
    credential_id bytea,
    credential jsonb,
    created_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_used_at timestamp with time zone,
    removed_at timestamp with time zone,
    CONSTRAINT factor_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT factor_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT factor_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT factor_check CHECK (((kind = 'totp'::text) = (secret IS NOT NULL))),
    CONSTRAINT factor_check1 CHECK (((kind = 'passkey'::text) = ((credential IS NOT NULL) AND (credential_id IS NOT NULL)))),
    CONSTRAINT factor_kind_check CHECK ((kind = ANY (ARRAY['passkey'::text, 'totp'::text]))),
    CONSTRAINT factor_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
);
CREATE INDEX factor_person ON identity.factor USING btree (tenant_id, person_id, created_at) WHERE (removed_at IS NULL);
CREATE UNIQUE INDEX factor_credential ON identity.factor USING btree (tenant_id, credential_id) WHERE (removed_at IS NULL);
CREATE POLICY institution ON identity.factor FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON identity.factor TO stoa_app;

CREATE TABLE identity.guess (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    subject bytea NOT NULL,
    failures integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    held_until timestamp with time zone NOT NULL,
    CONSTRAINT guess_pkey PRIMARY KEY (tenant_id, subject),
    CONSTRAINT guess_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id)
);
CREATE INDEX guess_old ON identity.guess USING btree (last_at);
CREATE POLICY institution ON identity.guess FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY sweep ON identity.guess FOR ALL TO stoa_search USING (((last_at < (now() - '2 days'::interval)) AND (held_until < now())));
GRANT INSERT, SELECT, UPDATE ON identity.guess TO stoa_app;
GRANT DELETE, SELECT ON identity.guess TO stoa_search;

CREATE TABLE identity.link (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    purpose text NOT NULL,
    hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT link_hash UNIQUE (tenant_id, hash),
    CONSTRAINT link_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT link_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT link_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT link_purpose_check CHECK ((purpose = ANY (ARRAY['verify-email'::text, 'reset-password'::text])))
);
CREATE INDEX link_person ON identity.link USING btree (tenant_id, person_id, purpose) WHERE (used_at IS NULL);
CREATE POLICY institution ON identity.link FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY sweep ON identity.link FOR ALL TO stoa_search USING ((expires_at < (now() - '30 days'::interval)));
GRANT INSERT, SELECT, UPDATE ON identity.link TO stoa_app;
GRANT DELETE, SELECT ON identity.link TO stoa_search;

CREATE TABLE identity.person (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    roles text[] NOT NULL,
    standing text,
    email_verified_at timestamp with time zone,
    epoch integer NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    CONSTRAINT person_email UNIQUE (tenant_id, email),
    CONSTRAINT person_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT person_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT person_check CHECK (((standing IS NOT NULL) = ('alumnus'::text = ANY (roles)))),
    CONSTRAINT person_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
    CONSTRAINT person_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT person_roles_check CHECK ((roles <@ ARRAY['student'::text, 'alumnus'::text, 'instructor'::text, 'staff'::text, 'admin'::text, 'operator'::text])),
    CONSTRAINT person_standing_check CHECK ((standing = ANY (ARRAY['unverified'::text, 'pending'::text, 'verified'::text, 'rejected'::text])))
);
CREATE POLICY institution ON identity.person FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON identity.person TO stoa_app;

CREATE TABLE identity.provider (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    issuer text NOT NULL,
    client_id text NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT provider_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT provider_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT provider_client_id_check CHECK (((length(client_id) >= 1) AND (length(client_id) <= 300))),
    CONSTRAINT provider_issuer_check CHECK ((length(issuer) <= 300)),
    CONSTRAINT provider_key_check CHECK ((key ~ '^[a-z0-9][a-z0-9-]{0,29}$'::text)),
    CONSTRAINT provider_name_check CHECK (((length(name) >= 1) AND (length(name) <= 40)))
);
CREATE UNIQUE INDEX provider_key ON identity.provider USING btree (tenant_id, key) WHERE (removed_at IS NULL);
CREATE POLICY institution ON identity.provider FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON identity.provider TO stoa_app;

CREATE TABLE identity.recovery_code (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    person_id uuid NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    void_at timestamp with time zone,
    CONSTRAINT recovery_code_pkey PRIMARY KEY (tenant_id, person_id, hash),
    CONSTRAINT recovery_code_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT recovery_code_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id)
);
CREATE POLICY institution ON identity.recovery_code FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON identity.recovery_code TO stoa_app;

CREATE TABLE identity.registration (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    link_id uuid NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    device_hash bytea,
    CONSTRAINT registration_pkey PRIMARY KEY (tenant_id, link_id),
    CONSTRAINT registration_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT registration_tenant_id_link_id_fkey FOREIGN KEY (tenant_id, link_id) REFERENCES identity.link(tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT registration_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);
CREATE POLICY institution ON identity.registration FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT ON identity.registration TO stoa_app;

CREATE TABLE identity.revocation (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    session_id uuid,
    person_id uuid,
    epoch integer,
    at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT revocation_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT revocation_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id)
);
CREATE INDEX revocation_recent ON identity.revocation USING btree (at);
CREATE POLICY definer ON identity.revocation FOR SELECT TO stoa_search USING (true);
CREATE POLICY institution ON identity.revocation FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY sweep ON identity.revocation FOR d TO stoa_search USING ((at < (now() - '1 day'::interval)));
GRANT INSERT, SELECT ON identity.revocation TO stoa_app;
GRANT DELETE, SELECT ON identity.revocation TO stoa_search;

CREATE TABLE identity.session (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    generation integer NOT NULL DEFAULT 0,
    rotated_at timestamp with time zone NOT NULL,
    nonce bytea NOT NULL,
    device_hash bytea NOT NULL,
    idle_expires_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_for text,
    user_agent text NOT NULL DEFAULT ''::text,
    address text NOT NULL DEFAULT ''::text,
    created_at timestamp with time zone NOT NULL,
    strong boolean NOT NULL DEFAULT false,
    CONSTRAINT session_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT session_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT session_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id)
);
CREATE INDEX session_device ON identity.session USING btree (tenant_id, person_id, device_hash);
CREATE INDEX session_live ON identity.session USING btree (tenant_id, person_id, created_at DESC) WHERE (revoked_at IS NULL);
CREATE POLICY institution ON identity.session FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON identity.session TO stoa_app;

CREATE TABLE identity.verification (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    statement text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    decision text,
    decided_by uuid,
    decided_at timestamp with time zone,
    reason text NOT NULL DEFAULT ''::text,
    CONSTRAINT verification_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT verification_tenant_id_decided_by_fkey FOREIGN KEY (tenant_id, decided_by) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT verification_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT verification_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT verification_decision_check CHECK ((decision = ANY (ARRAY['verified'::text, 'rejected'::text]))),
    CONSTRAINT verification_reason_check CHECK ((length(reason) <= 1000)),
    CONSTRAINT verification_statement_check CHECK (((length(statement) >= 1) AND (length(statement) <= 2000)))
);
CREATE INDEX verification_queue ON identity.verification USING btree (tenant_id, asked_at, id) WHERE (decision IS NULL);
CREATE UNIQUE INDEX verification_open ON identity.verification USING btree (tenant_id, person_id) WHERE (decision IS NULL);
CREATE POLICY institution ON identity.verification FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON identity.verification TO stoa_app;

CREATE TABLE progress.course (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    person_id uuid NOT NULL,
    course_id uuid NOT NULL,
    completed integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    last_lesson_id uuid,
    completed_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT course_pkey PRIMARY KEY (tenant_id, person_id, course_id),
    CONSTRAINT course_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT course_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id)
);
CREATE INDEX course_recent ON progress.course USING btree (tenant_id, person_id, updated_at DESC);
CREATE POLICY institution ON progress.course FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON progress.course TO stoa_app;

CREATE TABLE progress.day (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    person_id uuid NOT NULL,
    day date NOT NULL,
    seconds integer NOT NULL DEFAULT 0,
    lessons integer NOT NULL DEFAULT 0,
    CONSTRAINT day_pkey PRIMARY KEY (tenant_id, person_id, day),
    CONSTRAINT day_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT day_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id)
);
CREATE POLICY institution ON progress.day FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON progress.day TO stoa_app;

CREATE TABLE progress.lesson (
    tenant_id uuid NOT NULL DEFAULT (current_setting('app.tenant_id'::text))::uuid,
    person_id uuid NOT NULL,
    lesson_id uuid NOT NULL,
    course_id uuid NOT NULL,
    position integer NOT NULL DEFAULT 0,
    watched int4multirange NOT NULL DEFAULT '{}'::int4multirange,
    seconds integer NOT NULL DEFAULT 0,
    completed_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    position_at timestamp with time zone,
    CONSTRAINT lesson_pkey PRIMARY KEY (tenant_id, person_id, lesson_id),
    CONSTRAINT lesson_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenancy.institution(id),
    CONSTRAINT lesson_tenant_id_person_id_fkey FOREIGN KEY (tenant_id, person_id) REFERENCES identity.person(tenant_id, id),
    CONSTRAINT lesson_position_check CHECK (("position" >= 0))
);
CREATE INDEX lesson_course ON progress.lesson USING btree (tenant_id, person_id, course_id) INCLUDE (lesson_id, completed_at);
CREATE POLICY institution ON progress.lesson FOR ALL TO stoa_app USING ((tenant_id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((tenant_id = (current_setting('app.tenant_id'::text))::uuid));
GRANT INSERT, SELECT, UPDATE ON progress.lesson TO stoa_app;

CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone NOT NULL DEFAULT now(),
    CONSTRAINT goose_db_version_pkey PRIMARY KEY (id)
);

CREATE TABLE tenancy.host (
    host text NOT NULL,
    institution_id uuid NOT NULL,
    position smallint NOT NULL DEFAULT 0,
    CONSTRAINT host_pkey PRIMARY KEY (host),
    CONSTRAINT host_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES tenancy.institution(id),
    CONSTRAINT host_host_check CHECK ((host = lower(host)))
);
CREATE POLICY found ON tenancy.host FOR a TO stoa_app USING () WITH CHECK ((institution_id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY public_read ON tenancy.host FOR SELECT TO PUBLIC USING (true);
GRANT INSERT, SELECT ON tenancy.host TO stoa_app;

CREATE TABLE tenancy.installation (
    only_one boolean NOT NULL DEFAULT true,
    keys_mark bytea NOT NULL,
    audit_keys bytea NOT NULL,
    films uuid,
    noted_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT installation_pkey PRIMARY KEY (only_one),
    CONSTRAINT installation_only_one_check CHECK (only_one)
);
CREATE POLICY owner ON tenancy.installation FOR ALL TO stoa_owner USING (true) WITH CHECK (true);

CREATE TABLE tenancy.institution (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    short_name text NOT NULL,
    tagline text NOT NULL DEFAULT ''::text,
    logo text NOT NULL DEFAULT ''::text,
    hue smallint NOT NULL DEFAULT 255,
    chroma real NOT NULL DEFAULT 0.07,
    locale text NOT NULL DEFAULT 'en'::text,
    time_zone text NOT NULL DEFAULT 'UTC'::text,
    currency character(3) NOT NULL DEFAULT 'INR'::bpchar,
    is_default boolean NOT NULL DEFAULT false,
    is_demo boolean NOT NULL DEFAULT false,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp with time zone,
    second_factor text NOT NULL DEFAULT 'optional'::text,
    CONSTRAINT institution_slug_key UNIQUE (slug),
    CONSTRAINT institution_pkey PRIMARY KEY (id),
    CONSTRAINT institution_chroma_check CHECK (((chroma >= (0)::double precision) AND (chroma <= (0.13)::double precision))),
    CONSTRAINT institution_hue_check CHECK (((hue >= 0) AND (hue <= 359))),
    CONSTRAINT institution_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT institution_second_factor_check CHECK ((second_factor = ANY (ARRAY['optional'::text, 'privileged'::text]))),
    CONSTRAINT institution_short_name_check CHECK (((length(short_name) >= 1) AND (length(short_name) <= 40))),
    CONSTRAINT institution_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{1,40}$'::text)),
    CONSTRAINT institution_tagline_check CHECK ((length(tagline) <= 200))
);
CREATE UNIQUE INDEX institution_default ON tenancy.institution USING btree (is_default) WHERE is_default;
CREATE POLICY found ON tenancy.institution FOR a TO stoa_app USING () WITH CHECK ((id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY institution ON tenancy.institution FOR UPDATE TO stoa_app USING ((id = (current_setting('app.tenant_id'::text))::uuid)) WITH CHECK ((id = (current_setting('app.tenant_id'::text))::uuid));
CREATE POLICY public_read ON tenancy.institution FOR SELECT TO PUBLIC USING (true);
GRANT INSERT, SELECT ON tenancy.institution TO stoa_app;

CREATE VIEW identity.person_card AS
 SELECT tenant_id,
    id,
    name,
    roles,
    standing
   FROM identity.person
  WHERE (deleted_at IS NULL);

CREATE OR REPLACE FUNCTION audit.open_institutions()
 RETURNS TABLE(tenant_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT DISTINCT p.tenant_id FROM audit.place p WHERE p.block IS NULL
$function$;

CREATE OR REPLACE FUNCTION audit.refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $function$;

CREATE OR REPLACE FUNCTION cache.sweep()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    WITH gone AS (DELETE FROM cache.answered WHERE at < now() - interval '1 day' RETURNING 1) SELECT count(*) FROM gone
$function$;

CREATE OR REPLACE FUNCTION cache.touch(topics text[])
 RETURNS TABLE(topic text, n bigint)
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    WITH counted AS (
        INSERT INTO cache.version AS v (topic, n)
        SELECT t, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM unnest(topics) t GROUP BY t ORDER BY t
        ON CONFLICT (tenant_id, topic) DO UPDATE SET n = greatest(v.n + 1, excluded.n)
        RETURNING v.tenant_id, v.topic, v.n
    ), told AS (
        SELECT c.topic, c.n, pg_notify('stoa_cache', c.tenant_id::text || ' ' || c.n || ' ' || c.topic) FROM counted c
    )
    SELECT told.topic, told.n FROM told
$function$;

CREATE OR REPLACE FUNCTION courses.index_course()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    NEW.words := concat_ws(' ', directory.lexemes(NEW.code || ' ' || NEW.title, 'A'),
        directory.lexemes(NEW.category || ' ' || NEW.instructor_name, 'B'), directory.lexemes(NEW.summary, 'C'))::tsvector;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION courses.matching(q tsquery)
 RETURNS TABLE(id uuid, score real)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT c.id, ts_rank(c.words, q)
    FROM courses.course c
    WHERE c.tenant_id = current_setting('app.tenant_id')::uuid AND c.words @@ q AND c.version IS NOT NULL AND c.deleted_at IS NULL
    ORDER BY 2 DESC LIMIT 500
$function$;

CREATE OR REPLACE FUNCTION courses.matching(typed text)
 RETURNS TABLE(id uuid, score real)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    WITH asked AS (SELECT string_agg(quote_literal(w) || ':*', ' & ')::tsquery AS q FROM unnest(directory.typed(typed)) w)
    SELECT c.id, ts_rank(c.words, asked.q)
    FROM asked, courses.course c
    WHERE c.tenant_id = current_setting('app.tenant_id')::uuid AND c.words @@ asked.q AND c.version IS NOT NULL AND c.deleted_at IS NULL
    ORDER BY 2 DESC LIMIT 500
$function$;

CREATE OR REPLACE FUNCTION courses.staff_course()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    INSERT INTO courses.staff (tenant_id, course_id, person_id, "as", since)
    VALUES (NEW.tenant_id, NEW.id, NEW.instructor_id, 'instructor', NEW.created_at);
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION directory.count_labels()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    -- The rows of a statement are of no table's type until they are cast.
    EXECUTE format('INSERT INTO directory.label (tenant_id, kind, key, label, see, people)
        SELECT c.tenant_id, w.kind, w.key, w.label, w.see, sum(c.n)
        FROM (%s) c CROSS JOIN directory.written(c.p) w GROUP BY 1, 2, 3, 4, 5 HAVING sum(c.n) <> 0',
        concat_ws(' UNION ALL ',
            CASE WHEN TG_OP <> 'DELETE' THEN 'SELECT tenant_id, come::directory.profile AS p, 1 AS n FROM come' END,
            CASE WHEN TG_OP <> 'INSERT' THEN 'SELECT tenant_id, gone::directory.profile AS p, -1 AS n FROM gone' END));
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION directory.find(typed text, audience smallint, me uuid, my_batch uuid, years smallint[], batches uuid[], programmes text[], departments text[], companies text[], cities text[], industries text[], standings text[], open_for text[], sort text, after_tier smallint, after_year smallint, after_name text, after_id uuid, max_rows integer)
 RETURNS TABLE(id uuid, tier smallint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
    tenant uuid := current_setting('app.tenant_id')::uuid;
    tiers tsquery[] := directory.queries(typed);
    filters text := '';
    ordering text := 'p.sort_name, p.id';
    so_far integer := 0;
    added integer;
BEGIN
    IF tiers IS NULL THEN
        RETURN;
    END IF;
    IF years IS NOT NULL AND batches IS NOT NULL THEN filters := filters || ' AND (p.year = ANY ($4) OR p.batch_id = ANY ($5))';
    ELSIF years IS NOT NULL THEN filters := filters || ' AND p.year = ANY ($4)';
    ELSIF batches IS NOT NULL THEN filters := filters || ' AND p.batch_id = ANY ($5)'; END IF;
    IF programmes IS NOT NULL THEN filters := filters || ' AND p.programme = ANY ($6)'; END IF;
    IF departments IS NOT NULL THEN filters := filters || ' AND p.department = ANY ($7)'; END IF;
    IF standings IS NOT NULL THEN filters := filters || ' AND p.standing = ANY ($8)'; END IF;
    IF companies IS NOT NULL THEN filters := filters || ' AND p.company_key = ANY ($9) AND ' || directory.visible('company'); END IF;
    IF cities IS NOT NULL THEN filters := filters || ' AND p.city_key = ANY ($10) AND ' || directory.visible('place'); END IF;
    IF industries IS NOT NULL THEN filters := filters || ' AND p.industry = ANY ($11) AND ' || directory.visible('industry'); END IF;
    IF open_for IS NOT NULL THEN filters := filters || ' AND p.open_to && $12 AND ' || directory.visible('open_to'); END IF;
    IF sort = 'batch' THEN
        ordering := 'p.year DESC, p.sort_name, p.id';
    END IF;

    FOR t IN 0..2 LOOP
        CONTINUE WHEN sort <> 'relevance' AND t < 2;
        CONTINUE WHEN t < after_tier OR tiers[t + 1] IS NULL OR (t = 1 AND tiers[2] = tiers[1]);
        RETURN QUERY EXECUTE format(
            'SELECT p.id, %s::smallint FROM directory.profile p WHERE p.tenant_id = $13 AND p.deleted_at IS NULL AND %s%s%s%s ORDER BY %s LIMIT $14',
            t,
            CASE WHEN t = 2 THEN directory.found(audience) ELSE 'p.words_everyone @@ $1' END,
            CASE WHEN t > 0 AND sort = 'relevance' AND tiers[t] IS NOT NULL THEN ' AND NOT p.words_everyone @@ $15' ELSE '' END,
            filters,
            CASE WHEN after_id IS NULL OR t > after_tier THEN ''
                WHEN sort = 'batch' THEN ' AND (-p.year, p.sort_name, p.id) > (-$16, $17, $18)'
                ELSE ' AND (p.sort_name, p.id) > ($17, $18)' END,
            -- Names of one kind stand together in the order of names, so walking that order to find them may walk it all: the
            -- empty string keeps the planner from it, and the few that match are sorted.
            CASE WHEN t < 2 THEN 'p.sort_name || '''', p.id' ELSE ordering END)
        USING tiers[t + 1], me, my_batch, years, batches, programmes, departments, standings, companies, cities, industries, open_for,
            tenant, max_rows - so_far, tiers[t], after_year, after_name, after_id, audience;
        GET DIAGNOSTICS added = ROW_COUNT;
        so_far := so_far + added;
        EXIT WHEN so_far >= max_rows;
    END LOOP;
END $function$;

CREATE OR REPLACE FUNCTION directory.find(typed text, audience smallint, me uuid, my_batch uuid, filters jsonb, texts text[], numbers smallint[], ids uuid[], sort text, after_tier smallint, after_year smallint, after_name text, after_id uuid, max_rows integer)
 RETURNS TABLE(id uuid, tier smallint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
    tenant uuid := current_setting('app.tenant_id')::uuid;
    tiers tsquery[] := directory.queries(typed);
    narrowing text := '';
    ways text;
    filter jsonb;
    way jsonb;
    ordering text := 'p.sort_name, p.id';
    so_far integer := 0;
    added integer;
BEGIN
    IF tiers IS NULL THEN
        RETURN;
    END IF;
    FOR f IN 0..jsonb_array_length(filters) - 1 LOOP
        filter := filters -> f;
        ways := NULL;
        FOR w IN 0..jsonb_array_length(filter -> 'ways') - 1 LOOP
            way := filter -> 'ways' -> w;
            ways := concat_ws(' OR ', ways, format(
                CASE WHEN (way -> 'many')::boolean THEN 'p.%I && $%s%s' ELSE 'p.%I = ANY ($%s%s)' END, way ->> 'column',
                CASE way ->> 'kind' WHEN 'text' THEN 4 WHEN 'int2' THEN 12 WHEN 'uuid' THEN 13 END,
                CASE WHEN way ? 'from' THEN format('[%s:%s]', (way -> 'from')::integer, (way -> 'to')::integer) END));
        END LOOP;
        narrowing := narrowing || ' AND (' || ways || ')';
        IF filter ->> 'part' <> '' THEN
            narrowing := narrowing || format(' AND (p.%1$I <= $11 OR (p.%1$I = 2 AND p.batch_id = $3) OR p.id = $2)', 'see_' || (filter ->> 'part'));
        END IF;
    END LOOP;
    IF sort = 'batch' THEN
        ordering := 'p.year DESC, p.sort_name, p.id';
    END IF;

    FOR t IN 0..2 LOOP
        CONTINUE WHEN sort <> 'relevance' AND t < 2;
        CONTINUE WHEN t < after_tier OR tiers[t + 1] IS NULL OR (t = 1 AND tiers[2] = tiers[1]);
        RETURN QUERY EXECUTE format(
            'SELECT p.id, %s::smallint FROM directory.profile p WHERE p.tenant_id = $5 AND p.deleted_at IS NULL AND %s%s%s%s ORDER BY %s LIMIT $6',
            t,
            CASE WHEN t = 2 THEN directory.found(audience) ELSE 'p.words_everyone @@ $1' END,
            CASE WHEN t > 0 AND sort = 'relevance' AND tiers[t] IS NOT NULL THEN ' AND NOT p.words_everyone @@ $7' ELSE '' END,
            narrowing,
            CASE WHEN after_id IS NULL OR t > after_tier THEN ''
                WHEN sort = 'batch' THEN ' AND (-p.year, p.sort_name, p.id) > (-$8, $9, $10)'
                ELSE ' AND (p.sort_name, p.id) > ($9, $10)' END,
            -- Names of one kind stand together in the order of names, so walking that order to find them may walk it all: the
            -- empty string keeps the planner from it, and the few that match are sorted.
            CASE WHEN t < 2 THEN 'p.sort_name || '''', p.id' ELSE ordering END)
        USING tiers[t + 1], me, my_batch, texts, tenant, max_rows - so_far, tiers[t], after_year, after_name, after_id, audience,
            numbers, ids;
        GET DIAGNOSTICS added = ROW_COUNT;
        so_far := so_far + added;
        EXIT WHEN so_far >= max_rows;
    END LOOP;
END $function$;

CREATE OR REPLACE FUNCTION directory.fold(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
    SELECT translate(
        regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, value)),
            '[\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed'
            '\u08d3-\u08e1\u08e3-\u08ff\u200c-\u200f\u2060\ufe00-\ufe0f\ufeff]+', '', 'g'),
        U&'\0622\0623\0625\0671\0672\0673\0624\0626\0649\06CC\0629\06BE\06C0\06C1\06C2\06C3\06D5\06A9\06D3',
        U&'\0627\0627\0627\0627\0627\0627\0648\064A\064A\064A\0647\0647\0647\0647\0647\0647\0647\0643\06D2')
$function$;

CREATE OR REPLACE FUNCTION directory.found(audience smallint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT CASE WHEN audience >= 2 THEN 'p.words_batch @@ $1'
        ELSE format('(p.%s @@ $1 OR (p.batch_id = $3 AND (p.words_batch || '''') @@ $1))', (ARRAY['words_everyone', 'words_alumni'])[audience + 1]) END
$function$;

CREATE OR REPLACE FUNCTION directory.hide_unconfirmed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    NEW.words_everyone := '';
    NEW.words_alumni := '';
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION directory.index_profile()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    NEW.sort_name := directory.fold(NEW.name);
    NEW.words_everyone := directory.words(NEW, 0::smallint);
    NEW.words_alumni := directory.words(NEW, 1::smallint);
    NEW.words_batch := directory.words(NEW, 2::smallint);
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION directory.index_words()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    INSERT INTO directory.word AS w (tenant_id, word, name, sound)
    SELECT NEW.tenant_id, l.lexeme, 'A' = ANY (l.weights), directory.sound(l.lexeme) FROM unnest(NEW.words_everyone) l
    ON CONFLICT (tenant_id, word) DO UPDATE SET name = true WHERE excluded.name AND NOT w.name;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION directory.label(which text, value text, audience smallint)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT l.label FROM directory.label l WHERE l.tenant_id = tenancy.here() AND l.kind = which AND l.key = value AND l.see <= audience
    GROUP BY l.label HAVING sum(l.people) > 0 ORDER BY sum(l.people) DESC, l.label COLLATE "C" LIMIT 1
$function$;

CREATE OR REPLACE FUNCTION directory.lexemes(value text, weight text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT replace(nullif(regexp_replace(directory.split(value),
        '(' || directory.unspaced() || ')(' || directory.unspaced() || ')', '\1\2 \1 \2', 'g'), ''),
        ' ', ':1' || weight || ' ') || ':1' || weight
$function$;

CREATE OR REPLACE FUNCTION directory.matches(typed text, audience smallint, me uuid, my_batch uuid)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN QUERY EXECUTE 'SELECT p.id FROM directory.profile p WHERE p.tenant_id = $4 AND p.deleted_at IS NULL AND ' || directory.found(audience)
    USING (directory.queries(typed))[3], me, my_batch, current_setting('app.tenant_id')::uuid;
END $function$;

CREATE OR REPLACE FUNCTION directory.note_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    INSERT INTO directory.change (tenant_id, person_id) SELECT tenant_id, id FROM changed ON CONFLICT DO NOTHING;
    PERFORM pg_notify('stoa_directory', tenant_id::text) FROM (SELECT DISTINCT tenant_id FROM changed) c;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION directory.queries(typed text)
 RETURNS tsquery[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
    tokens text[] := directory.typed(typed);
    spelling record;
    tiers tsquery[];
BEGIN
    FOR place IN 1..coalesce(cardinality(tokens), 0) LOOP
        SELECT * INTO spelling FROM directory.spellings(tokens[place], place = cardinality(tokens));
        IF tiers IS NULL THEN
            tiers := ARRAY[spelling.exact, spelling.names, spelling.anywhere];
        ELSE -- null stays null: one word that is no name takes the tier away
            tiers := ARRAY[tiers[1] && spelling.exact, tiers[2] && spelling.names, tiers[3] && spelling.anywhere];
        END IF;
    END LOOP;
    RETURN tiers;
END $function$;

CREATE OR REPLACE FUNCTION directory.sound(word text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        replace(replace(replace(replace(word, 'ksh', 'x'), 'ph', 'f'), 'ee', 'i'), 'oo', 'u'),
        '(ow|ou|au|aw)', 'o', 'g'),
        '[wv]', 'v', 'g'),
        '([bcdgjkpst])h', '\1', 'g'),
        '[iy]+', 'i', 'g'),
        'z', 'j', 'g'),
        '(.)\1+', '\1', 'g'),
        'a$', '')
$function$;

CREATE OR REPLACE FUNCTION directory.spellings(typed text, last boolean, OUT exact tsquery, OUT names tsquery, OUT anywhere tsquery)
 RETURNS record
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
    tenant uuid := current_setting('app.tenant_id')::uuid;
    alike text[];
    alternatives text;
    place text;
    -- Whoever goes on to the next word has finished this one: a whole word lets the index begin with the rarest of them.
    whole boolean := NOT last AND EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.word = typed);
    beginning text := quote_literal(typed) || CASE WHEN whole THEN '' ELSE ':*' END;
    is_name boolean := EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.name
        AND (n.word = typed OR NOT whole AND n.word >= typed AND n.word < typed || chr(1114111)));
BEGIN
    IF is_name THEN
        exact := (beginning || CASE WHEN whole THEN ':A' ELSE 'A' END)::tsquery;
    END IF;
    IF length(typed) > 2 THEN
        SELECT array_agg(w.word) INTO alike FROM (
            SELECT n.word FROM directory.word n WHERE n.tenant_id = tenant AND n.name AND n.sound = directory.sound(typed) AND n.word <> typed
            ORDER BY n.word LIMIT 24) w;
    END IF;
    -- Only words of plain letters can look alike: trigrams of other scripts are not letters.
    IF NOT is_name AND length(typed) > 3 AND typed ~ '^[a-z0-9]+$'
            AND NOT EXISTS (SELECT FROM directory.word n WHERE n.tenant_id = tenant AND n.word >= typed AND n.word < typed || chr(1114111)) THEN
        SELECT alike || array_agg(w.word) INTO alike FROM (
            SELECT n.word FROM directory.word n
            WHERE n.tenant_id = tenant AND n.name AND n.word % typed AND similarity(n.word, typed) >= CASE WHEN length(typed) < 6 THEN 0.33::real ELSE 0.4::real END
            ORDER BY similarity(n.word, typed) DESC, n.word LIMIT 8) w;
    END IF;
    SELECT string_agg(quote_literal(w) || ':A', ' | ') INTO alternatives FROM unnest(alike) w;
    SELECT '(' || replace(a.canonical, ' ', ' & ') || ')' INTO place FROM directory.alias a WHERE a.kind = 'city' AND a.alias = typed;
    names := nullif(concat_ws(' | ', exact::text, alternatives), '')::tsquery;
    anywhere := concat_ws(' | ', beginning, place, alternatives)::tsquery;
END $function$;

CREATE OR REPLACE FUNCTION directory.split(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT regexp_replace(
        btrim(regexp_replace(
            regexp_replace(directory.fold(value), '(' || directory.unspaced() || '+)', ' \1 ', 'g'),
            '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u3004\u3008-\u303f]+', ' ', 'g')),
        '(?<=' || directory.unspaced() || ')(' || directory.unspaced() || ')(?=' || directory.unspaced() || ')', '\1 \1', 'g')
$function$;

CREATE OR REPLACE FUNCTION directory.sweep()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    WITH parts AS (
        DELETE FROM directory.label l USING (
            SELECT tenant_id, kind, key, label, see FROM directory.label GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1) many
        WHERE l.tenant_id = many.tenant_id AND l.kind = many.kind AND l.key = many.key AND l.label = many.label AND l.see = many.see
        RETURNING l.tenant_id, l.kind, l.key, l.label, l.see, l.people
    ), whole AS (
        INSERT INTO directory.label (tenant_id, kind, key, label, see, people)
        SELECT tenant_id, kind, key, label, see, sum(people) FROM parts GROUP BY 1, 2, 3, 4, 5 HAVING sum(people) <> 0
    ), gone AS (DELETE FROM directory.change WHERE at < now() - interval '1 hour' RETURNING 1)
    SELECT count(*) FROM gone
$function$;

CREATE OR REPLACE FUNCTION directory.typed(value text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT (string_to_array(nullif(words, ''), ' '))[1:CASE WHEN words ~ directory.unspaced() THEN 16 ELSE 8 END]
    FROM (SELECT directory.split(value) AS words) t
$function$;

CREATE OR REPLACE FUNCTION directory.unspaced()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT '[\u0e01-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3041-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]'
$function$;

CREATE OR REPLACE FUNCTION directory.visible(part text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT format('(p.see_%1$s <= $19 OR (p.see_%1$s = 2 AND p.batch_id = $3) OR p.id = $2)', part)
$function$;

CREATE OR REPLACE FUNCTION directory.words(p directory.profile, audience smallint)
 RETURNS tsvector
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT concat_ws(' ', directory.lexemes(p.name, 'A'),
        CASE WHEN p.see_company <= audience THEN directory.lexemes(p.company, 'B') END,
        CASE WHEN p.see_title <= audience THEN directory.lexemes(p.title, 'B') END,
        CASE WHEN p.see_headline <= audience THEN directory.lexemes(p.headline, 'C') END,
        CASE WHEN p.see_place <= audience THEN directory.lexemes(p.city, 'D') END)::tsvector
$function$;

CREATE OR REPLACE FUNCTION directory.written(p directory.profile, OUT kind text, OUT key text, OUT label text, OUT see smallint)
 RETURNS SETOF record
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT w.kind, w.key, w.label, CASE WHEN p.confirmed THEN w.see ELSE greatest(w.see, 2::smallint) END
    FROM (VALUES ('company', p.company_key, p.company, p.see_company), ('city', p.city_key, p.city, p.see_place)) w (kind, key, label, see)
    WHERE p.deleted_at IS NULL AND w.key <> ''
$function$;

CREATE OR REPLACE FUNCTION identity.recent_revocations(since timestamp with time zone)
 RETURNS TABLE(session_id uuid, person_id uuid, epoch integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT r.session_id, r.person_id, r.epoch FROM identity.revocation r WHERE r.at >= since ORDER BY r.at
$function$;

CREATE OR REPLACE FUNCTION identity.sweep()
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    WITH guesses AS (DELETE FROM identity.guess WHERE last_at < now() - interval '2 days' AND held_until < now() RETURNING 1),
    challenges AS (DELETE FROM identity.challenge WHERE expires_at < now() - interval '1 day' RETURNING 1),
    links AS (DELETE FROM identity.link WHERE expires_at < now() - interval '30 days' RETURNING 1),
    revocations AS (DELETE FROM identity.revocation WHERE at < now() - interval '1 day' RETURNING 1)
    SELECT (SELECT count(*) FROM guesses) + (SELECT count(*) FROM challenges) + (SELECT count(*) FROM links) + (SELECT count(*) FROM revocations)
$function$;

CREATE OR REPLACE FUNCTION progress.covered(ranges int4multirange)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT COALESCE(sum(upper(r) - lower(r)), 0)::integer FROM unnest(ranges) r
$function$;

CREATE OR REPLACE FUNCTION tenancy.here()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ SELECT current_setting('app.tenant_id')::uuid $function$;

CREATE OR REPLACE FUNCTION tenancy.protect(target regclass, privileges text DEFAULT 'SELECT, INSERT, UPDATE'::text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY institution ON %s TO stoa_app USING (tenant_id = current_setting(''app.tenant_id'')::uuid)'
        ' WITH CHECK (tenant_id = current_setting(''app.tenant_id'')::uuid)', target);
    EXECUTE format('GRANT %s ON %s TO stoa_app', privileges, target);
END $function$;
