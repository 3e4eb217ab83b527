-- +goose Up

-- The institution of this transaction. It fails when none is set. Every query names it beside row-level security, so that either
-- of the two alone keeps institutions apart; being one expression with the policy's, it costs nothing: the planner sees one condition.
CREATE FUNCTION tenancy.here() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT current_setting('app.tenant_id')::uuid $$;

-- +goose Down
DROP FUNCTION tenancy.here();
