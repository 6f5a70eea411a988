#!/bin/bash
# The questions of gazetteer_find_bench put to PostgreSQL 15 with PostGIS and pg_trgm, on the same properties; prints
# ratios. Run as root on Debian 12, on a machine that does nothing else. Installs packages. Needs some 4 GB of disk.
#
# Usage: postgres_peer.sh BENCH [city|region]...
#   BENCH  the executable gazetteer_find_bench of a release build
set -euo pipefail

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
  sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//' >&2
  exit 2
fi
bench=$(realpath "$1")
shift
sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(city region)
here=$(dirname "$(realpath "$0")")

export DEBIAN_FRONTEND=noninteractive
apt-get install -y --no-install-recommends postgresql-15 postgresql-15-postgis-3 python3-psycopg2 >/dev/null

work=$(mktemp -d /tmp/wensum-peers-XXXXXX)
bin=/usr/lib/postgresql/15/bin
stop() {
  runuser -u postgres -- "$bin/pg_ctl" -D "$work/pg" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap stop EXIT

# Both sides are measured one after the other, never at once.
options=()
case " ${sizes[*]} " in *" city "*) ;; *) options+=(--city 0) ;; esac
case " ${sizes[*]} " in *" region "*) ;; *) options+=(--region 0) ;; esac
"$bench" "${options[@]}" --dir "$work" --peer-files "$work/files" >"$work/wensum.json"

chmod 711 "$work"
chmod -R a+rX "$work/files"
install -d -o postgres "$work/pg" "$work/socket"
runuser -u postgres -- "$bin/initdb" -D "$work/pg" -A trust >/dev/null
# As an administrator of such a machine would set it; synchronous commits as Wensum's are.
cat >>"$work/pg/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$work/socket'
shared_buffers = 1GB
effective_cache_size = 3GB
work_mem = 64MB
maintenance_work_mem = 512MB
max_wal_size = 4GB
random_page_cost = 1.1
max_parallel_maintenance_workers = 2
CONF
runuser -u postgres -- "$bin/pg_ctl" -D "$work/pg" -w -l "$work/pg/log" start >/dev/null

for size in "${sizes[@]}"; do
  runuser -u postgres -- /usr/bin/python3 - "$work/socket" "$work/files/$size" <"$here/postgres_peer.py" \
    >"$work/$size.json"
done
/usr/bin/python3 "$here/compare.py" "$work/wensum.json" "$work" "${sizes[@]}"
