# shellcheck shell=bash
# ./dev lint and format. Each check runs even if one before it failed, so that one run shows everything.
: "${root:?is set by ./dev}"

lint_format() {
  step "clang-format"
  tracked '*.h' '*.cc' | (cd "$root" && xargs -r -P "$(jobs_wanted)" -n 20 clang-format-19 --dry-run -Werror) || {
    note "Mend with: ./dev format"
    return 1
  }
}

lint_tidy() {
  configure lint
  step "clang-tidy and clang's thread-safety analysis"
  # clang-tidy reads what protoc writes.
  local -a generated
  mapfile -t generated < <(ninja -C "$root/build/lint" -t targets all | sed -n 's/^\(.*\.pb\.h\): CUSTOM_COMMAND$/\1/p')
  quietly "$root/build/lint.protoc.log" ninja -C "$root/build/lint" "${generated[@]}" || return 1
  python3 "$root/tools/dev/tidy.py" --build "$root/build/lint" --jobs "$(jobs_wanted)"
}

lint_includes() {
  step "include directions"
  python3 "$root/tools/check_includes.py" "$root"
}

lint_files() {
  step "files"
  python3 "$root/tools/check_files.py" "$root"
}

lint_shell() {
  step "shellcheck"
  (cd "$root" && tracked dev .ci/run '*.sh' 'tools/demo/run' | xargs -r shellcheck --external-sources)
}

lint_proto() {
  step "buf lint"
  npm_install "$root/tools/buf" "$root/build/npm/buf" || {
    note "SKIPPED: npm could not install the linter pinned in tools/buf; is the npm registry reachable?"
    return 0
  }
  local buf
  buf=$(find "$root/build/npm/buf/node_modules/@bufbuild" -name buf -type f -print -quit)
  (cd "$root/proto" && "$buf" lint . --config "$root/tools/buf/buf.yaml")
}

lint() {
  local check failed=()
  for check in format includes files shell proto tidy; do
    "lint_$check" || failed+=("$check")
  done
  if ((${#failed[@]} > 0)); then fail "lint failed: ${failed[*]}"; fi
  step "lint is clean"
}

format() {
  step "clang-format"
  tracked '*.h' '*.cc' | (cd "$root" && xargs -r -P "$(jobs_wanted)" -n 20 clang-format-19 -i)
}
