-- +goose Up

-- The version of the drawing that made the HTML beside a text: what is older is drawn anew in the background.
ALTER TABLE courses.course ADD COLUMN rendered integer NOT NULL DEFAULT 0;
ALTER TABLE courses.content ADD COLUMN rendered integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE courses.course DROP COLUMN rendered;
ALTER TABLE courses.content DROP COLUMN rendered;
