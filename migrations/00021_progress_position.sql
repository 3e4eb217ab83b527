-- +goose Up
-- When the learner was at the position: reports of two tabs, and of a device that was offline, come in any order.
ALTER TABLE progress.lesson ADD COLUMN position_at timestamptz;

-- +goose Down
ALTER TABLE progress.lesson DROP COLUMN position_at;
