-- name: Sweep :one
SELECT identity.sweep()::bigint;
