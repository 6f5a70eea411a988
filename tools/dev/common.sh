# shellcheck shell=bash
# Shared by the parts of ./dev.
: "${root:?is set by ./dev}"

# One line per step, on standard error, so that standard output stays free for results.
step() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }

# fail MESSAGE [WHAT TO DO]...
fail() {
  printf '\033[1;31merror:\033[0m %s\n' "$1" >&2
  shift
  local hint
  for hint in "$@"; do printf '    %s\n' "$hint" >&2; done
  exit 1
}

# Colours only for people.
if [[ ! -t 2 ]]; then
  step() { printf '==> %s\n' "$*" >&2; }
  fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    local hint
    for hint in "$@"; do printf '    %s\n' "$hint" >&2; done
    exit 1
  }
fi

# Parallel jobs: all processors, or WENSUM_JOBS.
jobs_wanted() { printf '%s' "${WENSUM_JOBS:-$(nproc)}"; }

# quietly LOG COMMAND...: runs the command with its output in LOG, which is shown only if the command fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
}

# tracked PATTERN...: files that git knows or would add, and that exist.
tracked() {
  git -c safe.directory="$root" -C "$root" ls-files --cached --others --exclude-standard -- "$@" | sort -u | while IFS= read -r file; do
    if [[ -f "$root/$file" ]]; then printf '%s\n' "$file"; fi
  done
}

# npm_install FOLDER TARGET: installs the pinned packages of FOLDER (package.json, package-lock.json) into TARGET, once. Says
# why and fails if it cannot, e.g. without the network; npm counts an optional package it could not fetch as no failure, so
# having installed nothing at all is one too.
npm_install() {
  local folder=$1 target=$2
  if cmp -s "$folder/package-lock.json" "$target/installed-lock.json"; then return 0; fi
  rm -rf "$target"
  mkdir -p "$target"
  cp "$folder/package.json" "$folder/package-lock.json" "$target/"
  (cd "$target" && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 >npm.log 2>&1 &&
    [[ -n $(find node_modules -mindepth 2 -name package.json -print -quit 2>/dev/null) ]]) || {
    cat "$target/npm.log" >&2
    return 1
  }
  cp "$folder/package-lock.json" "$target/installed-lock.json"
}
