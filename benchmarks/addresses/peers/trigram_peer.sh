#!/bin/bash
# The files of address_peers.py put to PostgreSQL 15 with pg_trgm: of the addresses with the row's postcode, or of all if it has none or an
# unknown one, the most similar. Run as root on Debian 12. Installs packages.
#
# Usage: trigram_peer.sh CANONICAL INPUT OUT
#   OUT  gets unique_id,matched_id,score,margin: similarity, and what it is above that of the next property
# Prints the seconds as JSON.
set -euo pipefail

if [ $# -ne 3 ]; then
  sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//' >&2
  exit 2
fi
canonical=$(realpath "$1")
input=$(realpath "$2")
out=$(realpath -m "$3")

export DEBIAN_FRONTEND=noninteractive
apt-get install -y --no-install-recommends postgresql-15 >/dev/null

work=$(mktemp -d /tmp/wensum-trigram-XXXXXX)
bin=/usr/lib/postgresql/15/bin
stop() {
  runuser -u postgres -- "$bin/pg_ctl" -D "$work/pg" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop EXIT
chmod 711 "$work"
install -d -o postgres "$work/pg" "$work/socket"
install -m 644 "$canonical" "$work/canonical.csv"
install -m 644 "$input" "$work/input.csv"
runuser -u postgres -- "$bin/initdb" -D "$work/pg" -A trust >/dev/null
cat >>"$work/pg/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work/socket'
shared_buffers = 512MB
work_mem = 64MB
maintenance_work_mem = 512MB
CONF
runuser -u postgres -- "$bin/pg_ctl" -D "$work/pg" -w -l "$work/pg/log" start >/dev/null

start=$(date +%s.%N)
runuser -u postgres -- psql -q -v ON_ERROR_STOP=1 -h "$work/socket" -d postgres >"$work/matches.csv" <<SQL
CREATE EXTENSION pg_trgm;
CREATE TABLE canonical (id text, address text, postcode text);
\copy canonical FROM '$work/canonical.csv' CSV HEADER
CREATE TABLE input (id text, address text, postcode text, truth text, class text);
\copy input FROM '$work/input.csv' CSV HEADER
UPDATE canonical SET postcode = upper(replace(postcode, ' ', ''));
UPDATE input SET postcode = upper(replace(postcode, ' ', ''));
CREATE INDEX ON canonical (postcode);
CREATE INDEX ON canonical USING gist (address gist_trgm_ops(siglen = 64));
ANALYZE;
COPY (
  SELECT i.id, best[1] AS matched_id, scores[1] AS score, scores[1] - coalesce(scores[2], 0) AS margin
  FROM input i
  LEFT JOIN LATERAL (
    SELECT array_agg(id ORDER BY score DESC, id) AS best, array_agg(score ORDER BY score DESC, id) AS scores
    FROM (
      (SELECT c.id, similarity(c.address, i.address) AS score FROM canonical c WHERE c.postcode = i.postcode
       ORDER BY score DESC LIMIT 5)
      UNION
      (SELECT c.id, similarity(c.address, i.address) FROM canonical c
       WHERE NOT EXISTS (SELECT 1 FROM canonical p WHERE p.postcode = i.postcode)
       ORDER BY c.address <-> i.address LIMIT 5)
    ) found
  ) candidates ON true
) TO STDOUT CSV;
SQL
end=$(date +%s.%N)
{ echo "unique_id,matched_id,score,margin"; cat "$work/matches.csv"; } >"$out"
python3 -c "import json; print(json.dumps({'total_seconds': $end - $start}))"
