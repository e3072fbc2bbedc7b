#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: timeout=600
# A disk that refuses one call, and a kill in place of one, at calls spread over a whole run: the
# program says so and ends with exit code 5, or the call was of no importance; the same command then
# ends with the same figures.
. "$(dirname "$0")/../cli/expect.bash"

tiny_study >study.toml
run=("$SENGEN" flow-modes run study.toml -o "$PWD/out")
# faulty N ACTION: a run with that fault.
faulty() {
  env LD_PRELOAD="$SENGEN_FAULTS" SENGEN_FAULT="$PWD/out:$1:$2" timeout 120 "${run[@]}" \
    >printed 2>&1
}

export SENGEN_FAULT_TRACE="$PWD/trace"
faulty 0 kill || fail "a run whose calls are only counted"
unset SENGEN_FAULT_TRACE
calls=$(wc -l <trace)
[ "$calls" -ge 100 ] || fail "only $calls calls were seen"
mv out whole
seed=${SEED:-$RANDOM}
echo "$calls calls, seed $seed"
RANDOM=$seed
step=$((calls / 6))
errors=0
for action in ENOSPC EIO kill; do
  for ((number = 1 + RANDOM % step; number <= calls; number += step)); do
    rm -rf out
    { faulty "$number" "$action"; } 2>/dev/null # the shell would tell of each kill
    code=$?
    call=$(sed -n "${number}p" trace)
    if [ "$action" = kill ]; then
      [ $code = 137 ] || fail "exit $code, expected a kill at: $call"
    elif [ $code = 5 ]; then
      errors=$((errors + 1))
      says "resource failure"
    else
      # The lock's file may stay.
      [ $code = 0 ] || fail "exit $code when $action was the answer to: $call"
    fi
    expect 0 "${run[@]}"
    expect 0 "$SENGEN" verify out
    same whole/forces.csv out/forces.csv
    same whole/coefficients.csv out/coefficients.csv
    expect 0 h5diff whole/data.h5 out/data.h5
  done
done
echo "$errors errors"
[ "$errors" -ge 9 ] || fail "only $errors calls were refused"
left=$(find out -name '*.tmp*')
[ -z "$left" ] || fail "temporary files were left: $left"
