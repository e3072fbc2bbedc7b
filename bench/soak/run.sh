#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The long versions of the tests of faults, hours on two cores: ./bootstrap bench soak [CASE...]
#   kills       training killed 1000 times at random, and at every call that changes a checkpoint
#   solver      the solver killed 1000 times
#   fuzzers     an hour for every fuzzer
#   long        100,000 updates of a small network: memory and open files do not grow
# Every case appends a line to bench/results/soak.txt: date, version, case, result, seconds.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export SENGEN=$PWD/build/release/bin/sengen
export SENGEN_FAULTS=$PWD/build/release/tests/libsengen_faults.so
log=$PWD/bench/results/soak.txt
mkdir -p bench/results

fuzzers() {
  local fuzzer
  compgen -G 'build/fuzz/bin/fuzz_*' >/dev/null ||
    { echo "soak: there are no fuzzers: ./bootstrap lint builds them" >&2; return 1; }
  for fuzzer in build/fuzz/bin/fuzz_*; do
    local name=${fuzzer##*/fuzz_}
    mkdir -p "build/fuzz/found/$name"
    ASAN_OPTIONS=detect_leaks=0 "$fuzzer" -max_total_time="${FUZZ_SECONDS:-3600}" -timeout=10 \
      -error_exitcode=1 "build/fuzz/found/$name" "tests/fuzz/corpus/$name" || return 1
  done
}

# Resident memory after a tenth and at the end of a long training, and open files.
long() {
  (
    . tests/robust/training_study.bash
    "${train[@]}" --set train.updates="${UPDATES:-100000}" -o long >long.log 2>&1 &
    pid=$!
    first=
    while kill -0 $pid 2>/dev/null; do
      sleep 5
      rss=$(awk '/VmRSS/ { print $2 }' /proc/$pid/status 2>/dev/null) || break
      files=$(ls /proc/$pid/fd 2>/dev/null | wc -l)
      done=$(grep -o '^mdae-1 *[0-9]*' long.log | tail -n 1 | grep -o '[0-9]*$')
      [ -z "$first" ] && [ "${done:-0}" -ge 10 ] && first=$rss && first_files=$files
      last=${rss:-$last}
      last_files=${files:-$last_files}
    done
    wait $pid || exit 1
    echo "resident ${first} kB after a tenth, ${last} kB at the end"
    echo "files $first_files, $last_files"
    # Less than 1 MB for 10,000 updates.
    [ $((last - first)) -lt $((${UPDATES:-100000} / 10)) ] && [ "$last_files" -le "$first_files" ]
  )
}

run() {
  case $1 in
    kills) KILLS=${KILLS:-1000} CALLS=all bash tests/robust/training_kills.sh ;;
    solver) KILLS=${KILLS:-1000} bash tests/robust/kill_and_go_on.sh ;;
    fuzzers) fuzzers ;;
    long) long ;;
    *) echo "soak: no case '$1': kills, solver, fuzzers, long" >&2; return 2 ;;
  esac
}

failed=0
for case in "${@:-kills}"; do
  start=$(date +%s)
  if run "$case"; then result=passed; else result=FAILED failed=1; fi
  version=$("$SENGEN" --version | head -n 1)
  echo "$(date -u +%FT%TZ) $version $case $result $(($(date +%s) - start)) s" | tee -a "$log"
done
exit $failed
