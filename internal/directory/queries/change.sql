-- name: Sweep :one
SELECT directory.sweep()::bigint;
