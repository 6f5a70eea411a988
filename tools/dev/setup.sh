# shellcheck shell=bash
# ./dev setup: the Debian packages of tools/packages.txt.
: "${root:?is set by ./dev}"

# wanted_packages [GROUP...]: the packages of these groups (all if none is named) that this machine should have.
wanted_packages() {
  local package group rest command
  while read -r package group rest; do
    if [[ -z "$package" || "$package" == \#* ]]; then continue; fi
    if (($# > 0)) && [[ " $* " != *" $group "* ]]; then continue; fi
    if [[ "$rest" == unless=* ]]; then
      command=${rest#unless=}
      if command -v "${command%% *}" >/dev/null; then continue; fi
    fi
    printf '%s\n' "$package"
  done <"$root/tools/packages.txt"
}

# missing_packages [GROUP...]: those of them that are not installed.
missing_packages() {
  local wanted installed
  wanted=$(wanted_packages "$@" | sort -u)
  # dpkg-query fails if it does not know one of the names; its answers for the others still count.
  # shellcheck disable=SC2086,SC2016
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p' | sort -u) || true
  comm -23 <(printf '%s\n' "$wanted") <(printf '%s\n' "$installed")
}

# setup [GROUP...]: installs what is missing. Silent and quick if nothing is.
setup() {
  command -v dpkg-query >/dev/null || fail "this machine has no dpkg" \
    "Wensum is developed on Debian 12. Elsewhere install the counterparts of tools/packages.txt by hand."
  local missing
  missing=$(missing_packages "$@")
  if [[ -z "$missing" ]]; then return 0; fi

  local -a as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "packages are missing and neither root nor sudo is at hand" \
      "Run as root: apt-get install $(tr '\n' ' ' <<<"$missing")"
    as_root=(sudo)
  fi
  local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq
    -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
  local log="$root/build/setup.log"
  step "Installing $(wc -l <<<"$missing") packages: $(tr '\n' ' ' <<<"$missing")"
  quietly "$log" "${apt[@]}" update || fail "apt-get update failed" "Is the Debian mirror in /etc/apt reachable?"
  # shellcheck disable=SC2086
  quietly "$log" "${apt[@]}" install -y --no-install-recommends $missing || fail "apt-get install failed" \
    "The names are those of Debian 12 (bookworm); this is $(sed -n 's/^PRETTY_NAME=//p' /etc/os-release)." \
    "The whole output is in $log."
}
