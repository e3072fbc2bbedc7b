#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2 timeout=600
# kill -9 during training, at random times and at the calls that write, sync and rename checkpoints:
# the same command goes on from the last checkpoint and ends with the same weights, bit for bit.
# KILLS=1000 for the long version (bench/soak).
. "$(dirname "$0")/training_study.bash"

start=$(milliseconds)
expect 0 "${train[@]}" -o whole
took=$(($(milliseconds) - start))

# Random times, one after the other in one folder.
seed=${SEED:-$RANDOM}
wanted=${KILLS:-30}
echo "seed $seed"
RANDOM=$seed
kills=0
resumed=0
for _ in $(seq $((8 * wanted))); do
  "${train[@]}" -o killed >printed 2>&1 &
  pid=$!
  sleep_within $took
  if kill -9 $pid 2>/dev/null; then kills=$((kills + 1)); fi
  wait $pid 2>/dev/null && { same_models whole killed; rm -rf killed; }
  grep -q "goes on from update" printed && resumed=$((resumed + 1))
  rotated killed
  [ "$kills" -ge "$wanted" ] && break
done
expect 0 "${train[@]}" -o killed
same_models whole killed
expect 0 "$SENGEN" verify killed
echo "$kills kills at random times, $resumed starts went on from a checkpoint"
[ "$kills" -ge "$wanted" ] || fail "only $kills kills hit a running program"
[ "$resumed" -ge 3 ] || fail "training never went on from a checkpoint"
left=$(find killed -name '*.tmp*')
[ -z "$left" ] || fail "temporary files were left: $left"

# With validation, early stopping and averaged weights, from a file that is read batch by batch.
early=(--set split.validation=0.3 --set train.validate_every=20 --set train.patience=60
  --set train.average_decay=0.9 --set train.memory_megabytes=0)
expect 0 "${train[@]}" "${early[@]}" -o early
for at in 40 90 140; do
  SENGEN_FAULT=checkpoints:$at:kill LD_PRELOAD=$SENGEN_FAULTS "${train[@]}" "${early[@]}" \
    -o early_killed >printed 2>&1
  rotated early_killed 1
done
expect 0 "${train[@]}" "${early[@]}" -o early_killed
same_models early early_killed

# At calls that change the folder of checkpoints: spread over all of them, or all (CALLS=all).
SENGEN_FAULT=checkpoints:0:kill SENGEN_FAULT_TRACE=$PWD/trace LD_PRELOAD=$SENGEN_FAULTS \
  "$SENGEN" flow-modes train study.toml -o counted >printed 2>&1 || fail "counting failed"
calls=$(wc -l <trace)
[ "$calls" -ge 100 ] || fail "only $calls calls changed the checkpoints"
step=$((calls / 35))
[ "${CALLS:-}" = all ] && step=1
at=0
for n in $(seq 1 $step "$calls"); do
  rm -rf at_call
  SENGEN_FAULT=checkpoints:$n:kill LD_PRELOAD=$SENGEN_FAULTS \
    "$SENGEN" flow-modes train study.toml -o at_call >printed 2>&1
  code=$?
  [ $code = 137 ] || fail "exit $code, expected a kill at call $n"
  rotated at_call
  expect 0 "${train[@]}" -o at_call
  same_models whole at_call
  at=$((at + 1))
done
echo "$at kills at $calls calls of the store"
