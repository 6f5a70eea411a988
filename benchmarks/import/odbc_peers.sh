#!/bin/bash
# Runs odbc_bench on 1,000,000 rows of 12 columns in PostgreSQL 15, in turns with `psql \copy` of the same query, and on
# the same rows in MariaDB 10.11, in turns with `mariadb --quick`. Prints one JSON document each. Run as root on Debian
# 12, on a machine that does nothing else. Needs the packages of group test (tools/packages.txt) and 1 GB of disk.
#
# Usage: odbc_peers.sh BENCH [ROWS]
#   BENCH  the executable odbc_bench of a release build
set -euo pipefail

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
  sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//' >&2
  exit 2
fi
bench=$(realpath "$1")
rows=${2:-1000000}
programs=/usr/lib/postgresql/15/bin
work=$(mktemp -d /tmp/wensum-odbc-XXXXXX)
chmod 711 "$work"
install -d -o postgres "$work/pg"
install -d -o mysql "$work/my"
install -d -m 777 "$work/out"
stop() {
  runuser -u postgres -- "$programs/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1 || true
  mariadb-admin --no-defaults -S "$work/my/socket" -u root shutdown >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop EXIT

postgres_port=$((20000 + RANDOM % 10000))
mariadb_port=$((postgres_port + 1))
runuser -u postgres -- "$programs/initdb" -D "$work/pg/data" -U wensum -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
runuser -u postgres -- "$programs/pg_ctl" -D "$work/pg/data" -w -l "$work/pg/log" \
  -o "-p $postgres_port -k $work/pg -c listen_addresses=127.0.0.1 -c shared_buffers=512MB" start >/dev/null
psql() { command psql -X -q -h 127.0.0.1 -p "$postgres_port" -U wensum postgres "$@"; }
psql <<SQL
CREATE TABLE accounts AS SELECT i AS id, 'Surname' || i AS surname, 'Anna Maria ' || i AS forenames,
  date '1950-01-01' + i % 20000 AS dob, ((i % 100000)::numeric / 7)::numeric(12,2) AS balance, i % 2 AS flag,
  timestamp '2020-01-01' + i * interval '1 second' AS updated, ('AB1 ' || i % 10 || 'XY')::varchar(10) AS postcode,
  i || ' High Street, Norwich' AS address, i::bigint * 1000 AS uprn, '0160312345' || i % 10 AS phone,
  CASE WHEN i % 3 > 0 THEN 'x' || i || '@example.org' END AS email FROM generate_series(1, $rows) i;
ALTER TABLE accounts ADD PRIMARY KEY (id);
SQL
psql -c 'VACUUM ANALYZE accounts'
copy="\\copy (SELECT * FROM accounts ORDER BY id) TO '$work/out/copy.csv' CSV HEADER"
psql -c "$copy"

mariadb-install-db --no-defaults --datadir="$work/my/data" --user=mysql --auth-root-authentication-method=normal \
  --skip-test-db >/dev/null
runuser -u mysql -- mariadbd --no-defaults --datadir="$work/my/data" --socket="$work/my/socket" --port="$mariadb_port" \
  --bind-address=127.0.0.1 --pid-file="$work/my/pid" --skip-log-bin --innodb-buffer-pool-size=512M \
  2>"$work/my/log" &
mariadb() { command mariadb --no-defaults -S "$work/my/socket" -u root "$@"; }
until mariadb -e 'SELECT 1' >/dev/null 2>&1; do sleep 0.2; done
mariadb --local-infile -e "CREATE DATABASE d CHARACTER SET utf8mb4; CREATE USER wensum@'%'; GRANT SELECT ON d.* TO wensum@'%';
  CREATE TABLE d.accounts (id INT PRIMARY KEY, surname VARCHAR(80), forenames VARCHAR(80), dob DATE, balance DECIMAL(12,2),
  flag BOOLEAN, updated DATETIME, postcode VARCHAR(10), address VARCHAR(200), uprn BIGINT, phone VARCHAR(20),
  email VARCHAR(100)); LOAD DATA LOCAL INFILE '$work/out/copy.csv' INTO TABLE d.accounts FIELDS TERMINATED BY ','
  OPTIONALLY ENCLOSED BY '\"' IGNORE 1 LINES"

config() { # DRIVER PORT DATABASE
  cat <<YAML
connection: {driver: $1, server: 127.0.0.1, port: $2, database: $3, user: wensum}
query: SELECT * FROM accounts ORDER BY id
key: [id]
YAML
}
config 'PostgreSQL Unicode' "$postgres_port" postgres >"$work/pg.yaml"
config 'MariaDB Unicode' "$mariadb_port" d >"$work/my.yaml"
echo "$copy" >"$work/copy.sql"
"$bench" --dir "$work/out" --config "$work/pg.yaml" \
  --peer "psql -X -q -h 127.0.0.1 -p $postgres_port -U wensum -f $work/copy.sql postgres"
"$bench" --dir "$work/out" --config "$work/my.yaml" \
  --peer "mariadb --no-defaults -h 127.0.0.1 -P $mariadb_port -u wensum --quick -B -e 'SELECT * FROM d.accounts ORDER BY id' >$work/out/my.tsv"
