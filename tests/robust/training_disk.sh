#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2 timeout=600
# A disk that refuses one call, or a kill in place of it, at calls spread over a whole training: its
# split, checkpoints, curves, metrics, networks, forecast, records. Exit code 5 and the reason, or
# the call was of no importance; the same command then ends with the same models, and every file is
# as its record says. TRIES=1000 for the long version (bench/soak).
. "$(dirname "$0")/training_study.bash"

run=("${train[@]}" -o "$PWD/out")
# faulty N ACTION: a run with that fault.
faulty() {
  env LD_PRELOAD="$SENGEN_FAULTS" SENGEN_FAULT="$PWD/out:$1:$2" timeout 300 "${run[@]}" \
    >printed 2>&1
}

SENGEN_FAULT_TRACE=$PWD/trace faulty 0 kill || fail "a run whose calls are only counted"
calls=$(wc -l <trace)
[ "$calls" -ge 300 ] || fail "only $calls calls were seen"
mv out whole
seed=${SEED:-$RANDOM}
tries=${TRIES:-16}
echo "$calls calls, seed $seed"
RANDOM=$seed
actions=(ENOSPC EIO EDQUOT kill tear)
errors=0
kills=0
for i in $(seq "$tries"); do
  # Spread over the run, each within its own part of it.
  number=$((1 + calls * (i - 1) / tries + RANDOM % (calls / tries + 1)))
  [ "$number" -le "$calls" ] || number=$calls
  action=${actions[$((i % ${#actions[@]}))]}
  call="$action at $(sed -n "${number}p" trace)"
  rm -rf out
  { faulty "$number" $action; } 2>/dev/null # the shell would tell of each kill
  code=$?
  case $action:$code in
    kill:137) kills=$((kills + 1)) ;;
    tear:137) kills=$((kills + 1)) ;;
    tear:0) ;; # the call was no write
    kill:* | tear:*) fail "exit $code, expected a kill: $call" ;;
    *:5) errors=$((errors + 1)) && says "resource failure" ;;
    *:0) ;; # what only tidies up
    *) fail "exit $code: $call" ;;
  esac
  rotated out
  expect 0 "${run[@]}"
  same_models whole out
  expect 0 "$SENGEN" verify out
done
echo "$errors errors, $kills kills"
[ "$errors" -ge $((tries / 3)) ] || fail "only $errors calls were refused"
left=$(find out -name '*.tmp*')
[ -z "$left" ] || fail "temporary files were left: $left"
