#!/usr/bin/env bash
# Tests of ./dev that install and build nothing: its arguments, its list of packages, and that it works from anywhere.
set -euo pipefail

root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# expect NAME CONDITION...
expect() {
  local name=$1
  shift
  if ! "$@"; then
    echo "FAILED: $name"
    failures=$((failures + 1))
  fi
}

# refuses TEXT COMMAND...: the command fails and says TEXT.
refuses() {
  local text=$1 output
  shift
  if output=$("$@" 2>&1); then return 1; fi
  [[ "$output" == *"$text"* ]]
}

# says TEXT COMMAND...: the command succeeds and says TEXT.
says() {
  local text=$1 output
  shift
  output=$("$@" 2>&1) && [[ "$output" == *"$text"* ]]
}

for script in "$root"/dev "$root"/.ci/run "$root"/tools/dev/*.sh; do
  expect "$script parses" bash -n "$script"
done

# Arguments, from another folder and through a symbolic link.
cd "$scratch"
ln -s "$root/dev" linked
expect "help" says "usage: ./dev COMMAND" "$root/dev" help
expect "help through a link" says "usage: ./dev COMMAND" ./linked
expect "unknown command" refuses "unknown command: frobnicate" "$root/dev" frobnicate
expect "unknown argument of build" refuses "unknown argument: --fast" "$root/dev" build --fast
expect "unknown argument of test" refuses "unknown argument: --sanitise" "$root/dev" test --sanitise
expect "unknown group" refuses "unknown argument: games" "$root/dev" setup games

# The list of packages.
malformed=$(grep -vnE '^(#.*)?$|^[a-z0-9+.-]+ +(build|run|test|lint) +(unless=[a-z0-9-]+ +)?# .+$' "$root/tools/packages.txt" || true)
expect "packages.txt is well formed: $malformed" test -z "$malformed"
repeated=$(sed -nE 's/^([a-z0-9][^ ]*) .*/\1/p' "$root/tools/packages.txt" | sort | uniq -d)
expect "packages.txt names each package once: $repeated" test -z "$repeated"

# The functions of setup, on a list and a package database of our own.
mkdir -p "$scratch/fake/tools" "$scratch/bin"
cat >"$scratch/fake/tools/packages.txt" <<'END'
# comment

one    build  # why
two    test   # why
three  build  unless=a-command-that-is-here  # why
four   build  unless=a-command-that-is-not   # why
END
cat >"$scratch/bin/dpkg-query" <<'END'
#!/bin/sh
printf 'installed one\nconfig-files four\n'
echo 'no packages found matching two' >&2
exit 1
END
printf '#!/bin/sh\n' >"$scratch/bin/a-command-that-is-here"
chmod +x "$scratch"/bin/*

# in_setup FUNCTION [ARGUMENT]...
in_setup() {
  PATH="$scratch/bin:$PATH" bash -euo pipefail -c '
    root=$1; source "$2/tools/dev/common.sh"; source "$2/tools/dev/setup.sh"; shift 2; "$@"' \
    _ "$scratch/fake" "$root" "$@"
}
expect "wanted, all groups" test "$(in_setup wanted_packages | xargs)" = "one two four"
expect "wanted, one group" test "$(in_setup wanted_packages build | xargs)" = "one four"
expect "missing: a removed package counts as missing" test "$(in_setup missing_packages build | xargs)" = "four"
expect "missing, all groups" test "$(in_setup missing_packages | xargs)" = "four two"

if ((failures > 0)); then
  echo "$failures failures"
  exit 1
fi
echo "all passed"
