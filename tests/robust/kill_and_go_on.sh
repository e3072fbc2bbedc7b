#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 at random moments; the same command goes on from the last finished stage or restart file,
# and the fields are those of a run that was never disturbed, to the last bit.
. "$(dirname "$0")/../cli/expect.bash"

tiny_study >study.toml
# Long enough to be hit in every stage, and a restart file at nearly every snapshot.
options="--set snapshots.transient=60 --set domain.cells_per_diameter=20"
options="$options --set solver.restart_seconds=0.01"
start=$(milliseconds)
expect 0 "$SENGEN" flow-modes run study.toml $options -o whole
took=$(($(milliseconds) - start))
seed=${SEED:-$RANDOM}
echo "seed $seed"
RANDOM=$seed
kills=0
resumed=0
wanted=${KILLS:-30}
for _ in $(seq $((6 * wanted))); do
  "$SENGEN" flow-modes run study.toml $options -o killed >printed 2>&1 &
  pid=$!
  sleep_within $took
  if kill -9 $pid 2>/dev/null; then kills=$((kills + 1)); fi
  # A run that ended in time is done; the next begins anew.
  wait $pid 2>/dev/null && rm -rf killed
  grep -q "goes on from step" printed && resumed=$((resumed + 1))
  [ "$kills" -ge "$wanted" ] && break
done
expect 0 "$SENGEN" flow-modes run study.toml $options -o killed
grep -q "goes on from step" printed && resumed=$((resumed + 1))
echo "$kills kills, $resumed resumed from a restart file"
[ "$kills" -ge "$wanted" ] || fail "only $kills kills hit a running program"
[ "$resumed" -ge 1 ] || fail "no run went on from a restart file"
expect 0 h5diff whole/data.h5 killed/data.h5
same whole/forces.csv killed/forces.csv
same whole/coefficients.csv killed/coefficients.csv
expect 0 "$SENGEN" verify killed
left=$(find killed -name '*.tmp*')
[ -z "$left" ] || fail "temporary files were left: $left"
absent killed/partial
