#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The long versions of the tests of faults: ./bootstrap bench soak CASE... What each does, its hours
# on two cores (estimated from short runs), and the variables that shorten it:
#   kills    5 h    training killed KILLS=1000 times at random, and in place of every call that
#                   changes a checkpoint (CALLS=all); rotation is looked at after each
#   solver   3 h    the solver and POD killed KILLS=1000 times at random
#   flips    0.5 h  one bit of a dataset flipped FLIPS=1000 times, before pod and train
#   disk     2 h    a disk that refuses one of TRIES=1000 calls of a whole training, and kills
#   memory   1 h    memory that runs out at MEMORY_TRIES=300 requests of a training
#   fuzzers  9 h    FUZZ_SECONDS=3600 for every fuzzer; ./bootstrap lint installs clang 19 for it
#   vectors  1 h    VECTORS=100000000 hostile vectors through the evaluators of GTOPX
#   long     0.2 h  UPDATES=100000 of a small network: memory and open files do not grow
# Every case appends a line to bench/results/soak.txt: date, version, case, result, seconds and what
# was counted.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export SENGEN=$PWD/build/release/bin/sengen
export SENGEN_FAULTS=$PWD/build/release/tests/libsengen_faults.so
export SENGEN_MEMORY_FAULTS=$PWD/build/release/tests/libsengen_memory_faults.so
log=$PWD/bench/results/soak.txt
mkdir -p bench/results

fuzzers() {
  local fuzzer name found=0
  cmake --preset fuzz >build/fuzz.configure.log 2>&1 ||
    { cat build/fuzz.configure.log; echo "soak: no fuzzers: ./bootstrap lint installs clang" >&2
      return 1; }
  ninja -C build/fuzz $(ninja -C build/fuzz -t targets all | grep -oE '^fuzz_[a-z_]+' | sort -u) ||
    return 1
  for fuzzer in build/fuzz/bin/fuzz_*; do
    name=${fuzzer##*/fuzz_}
    mkdir -p "build/fuzz/found/$name"
    ASAN_OPTIONS=detect_leaks=0 "$fuzzer" -max_total_time="${FUZZ_SECONDS:-3600}" -timeout=10 \
      -error_exitcode=1 -print_final_stats=1 "build/fuzz/found/$name" "tests/fuzz/corpus/$name" \
      >"build/fuzz/$name.log" 2>&1 || { tail -n 30 "build/fuzz/$name.log"; return 1; }
    found=$((found + 1))
    echo "$name: $(awk '/number_of_executed_units/ { print $2 }' "build/fuzz/$name.log") runs"
  done
  echo "$found fuzzers of ${FUZZ_SECONDS:-3600} s found nothing"
}

vectors() {
  SENGEN_HOSTILE_VECTORS=${VECTORS:-100000000} build/release/bin/test_unit_astrodynamics \
    --gtest_filter=Gtopx.NothingIsEverInfinite && echo "${VECTORS:-100000000} vectors"
}

# Resident memory after a tenth and at the end of a long training, and open files.
long() {
  (
    . tests/robust/training_study.bash
    updates=${UPDATES:-100000}
    "${train[@]}" --set train.updates="$updates" --set checkpoints.updates=1000 -o long \
      >long.log 2>&1 &
    pid=$!
    first=
    while kill -0 $pid 2>/dev/null; do
      sleep "${LONG_LOOK:-5}"
      rss=$(awk '/VmRSS/ { print $2 }' /proc/$pid/status 2>/dev/null)
      files=$(ls /proc/$pid/fd 2>/dev/null | wc -l)
      [ -n "$rss" ] && [ "$files" -gt 0 ] || continue
      trained=$(grep -o '"run":"mdae-1","update":[0-9]*' long/metrics.jsonl 2>/dev/null |
        tail -n 1 | grep -o '[0-9]*$')
      if [ -z "$first" ] && [ "${trained:-0}" -ge $((updates / 10)) ]; then
        first=$rss
        first_files=$files
      fi
      # The forecast's own training is another one.
      [ "${trained:-0}" -lt "$updates" ] || continue
      last=$rss
      last_files=$files
    done
    wait $pid || { tail -n 20 long.log; exit 1; }
    [ -n "$first" ] && [ -n "${last:-}" ] || { echo "it was over before it was looked at"; exit 1; }
    grown=$((last - first))
    echo "resident $first kB after a tenth, $last kB at the end; files $first_files, $last_files"
    # Less than 1 MB for 10,000 updates, and a page or so.
    [ $grown -le $((updates / 10 + 1000)) ] && [ "$last_files" -le "$first_files" ]
  )
}

run() {
  case $1 in
    kills) KILLS=${KILLS:-1000} CALLS=${CALLS:-all} bash tests/robust/training_kills.sh ;;
    solver) KILLS=${KILLS:-1000} bash tests/robust/kill_and_go_on.sh ;;
    flips) FLIPS=${FLIPS:-1000} bash tests/robust/changed_data.sh ;;
    disk) TRIES=${TRIES:-1000} bash tests/robust/training_disk.sh ;;
    memory) MEMORY_TRIES=${MEMORY_TRIES:-300} bash tests/robust/training_faults.sh ;;
    fuzzers) fuzzers ;;
    vectors) vectors ;;
    long) long ;;
  esac
}

cases=(kills solver flips disk memory fuzzers vectors long)
[ $# -gt 0 ] || { echo "soak: which of: ${cases[*]}" >&2; exit 2; }
for case in "$@"; do
  [[ " ${cases[*]} " == *" $case "* ]] || { echo "soak: no case '$case': ${cases[*]}" >&2; exit 2; }
done
version=$("$SENGEN" --version | head -n 1)
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
failed=0
for case in "$@"; do
  start=$(date +%s)
  if run "$case" 2>&1 | tee "$printed"; then result=passed; else result=FAILED failed=1; fi
  counted=$(tail -n 1 "$printed")
  echo "$(date -u +%FT%TZ) $version $case $result $(($(date +%s) - start)) s: $counted" |
    tee -a "$log"
done
exit $failed
