#!/usr/bin/env bash
# baseline.sh up SOURCE DIR | down DIR: serves another implementation of the same work on 127.0.0.1:8100, for measuring side by side: Django under
# gunicorn and nginx, with Redis and a PostgreSQL of its own. SOURCE holds it; DIR is an empty folder. Needs Debian's packages
# (SOURCE/README.md names them) and exits with 3 where they are missing. As root, the database runs as postgres.
set -euo pipefail
pg=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1 || true)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }

up() {
  source=$1 dir=$2
  for need in gunicorn nginx redis-server curl "$pg/initdb"; do command -v "$need" >/dev/null || { echo "baseline: $need is missing" >&2; exit 3; }; done
  /usr/bin/python3 -c 'import django, rest_framework, psycopg2, redis, jwt' 2>/dev/null || { echo "baseline: Django's packages are missing" >&2; exit 3; }
  "$source/prepare.sh" "$dir" >/dev/null
  chmod 755 "$dir"
  chmod -R u+w "$dir"
  cd "$dir/seed-django"
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$dir/pg"; fi
  as "$pg/initdb" -D "$dir/pg/data" -U seed --auth=trust --no-sync >"$dir/log/initdb.log"
  cat conf/postgresql.extra | as tee -a "$dir/pg/data/postgresql.conf" >/dev/null
  as "$pg/pg_ctl" -D "$dir/pg/data" -l "$dir/pg/log" -w start >/dev/null
  redis-server conf/redis.conf >"$dir/log/redis.log" 2>&1 & echo $! >"$dir/run/redis.pid"
  export PATH=/usr/bin:$PATH PGHOST=127.0.0.1 PGPORT=55432 PGUSER=seed
  createdb seed
  export PGDATABASE=seed
  /usr/bin/python3 manage.py migrate >"$dir/log/migrate.log" 2>&1
  psql -q -v ON_ERROR_STOP=1 -f scripts/load_data.sql >"$dir/log/load.log" 2>&1
  /usr/bin/python3 scripts/gen_requests.py >"$dir/log/requests.log"
  bash scripts/up.sh "${MODE:-sync3}"
}

down() {
  dir=$1
  cd "$dir/seed-django"
  bash scripts/down.sh || true
  kill "$(cat "$dir/run/redis.pid")" || true
  as "$pg/pg_ctl" -D "$dir/pg/data" -m immediate stop >/dev/null || true
}

"$@"
