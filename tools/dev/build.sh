# shellcheck shell=bash
# ./dev build, test and bench.
: "${root:?is set by ./dev}"

# configure PRESET: quick when nothing changed, so it runs every time and changed presets are never missed.
configure() {
  local preset=$1
  local -a options=()
  if command -v ccache >/dev/null; then
    options=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    # One cache for every clone on this machine.
    export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$root} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}
    # Without these it compiles anew whatever uses a precompiled header.
    export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros}
  fi
  (cd "$root" && quietly "$root/build/$preset.configure.log" cmake --preset "$preset" "${options[@]}") ||
    fail "preset $preset could not be configured" \
      "If a package was not found: ./dev setup. If a library moved: rm -rf $root/build/$preset and try again."
}

# build_preset PRESET TARGET...
build_preset() {
  local preset=$1
  shift
  configure "$preset"
  step "Building $* (preset $preset, $(jobs_wanted) jobs)"
  cmake --build "$root/build/$preset" --parallel "$(jobs_wanted)" --target "$@" >&2 ||
    fail "the build failed" "The first error above says where. Warnings are errors in this project."
}

build() {
  build_preset release wensum
  note "build/release/wensum is ready"
}

# run_ctest PRESET [COMMAND PREFIX...]
run_ctest() {
  local preset=$1
  shift
  step "Testing (preset $preset)"
  "$@" ctest --test-dir "$root/build/$preset" --output-on-failure --parallel "$(jobs_wanted)" || fail \
    "tests failed (preset $preset)" "One test alone: ctest --test-dir build/$preset --output-on-failure -R NAME"
}

# test_all [sanitize] [long]
test_all() {
  local sanitize=$1 long=$2
  if [[ "$long" == 1 ]]; then export WENSUM_LONG=1; fi
  if [[ "$sanitize" == 0 ]]; then
    build_preset dev all
    run_ctest dev
    return
  fi

  build_preset asan all
  run_ctest asan

  build_preset tsan all
  # ThreadSanitizer of g++ 12 cannot lay out its shadow memory on kernels that randomise 32 bits of addresses.
  local -a prefix=()
  if setarch --addr-no-randomize true 2>/dev/null; then prefix=(setarch --addr-no-randomize); fi
  run_ctest tsan "${prefix[@]}"

  step "clang's thread-safety analysis"
  build_preset tsa all
}

# bench [NAME]: every executable of benchmarks/ whose name contains NAME. JSON on standard output, also kept in
# build/release/benchmarks/NAME.json.
bench() {
  local name=${1:-} binary found=0
  build_preset release wensum benchmarks/all
  while IFS= read -r binary; do
    found=1
    step "Running $(basename "$binary")"
    "$binary" --benchmark_format=json --benchmark_out_format=json --benchmark_out="$binary.json" ||
      fail "$(basename "$binary") failed"
  done < <(find "$root/build/release/benchmarks" -maxdepth 2 -type f -name "*${name}*_bench" -perm -u+x | sort)
  if ((found == 0)); then
    fail "no benchmark is named like '$name'" \
      "There are: $(find "$root/build/release/benchmarks" -maxdepth 2 -type f -name '*_bench' -perm -u+x -printf '%f ')"
  fi
}
