#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2
# SIGTERM, SIGUSR1 under mpirun and --max-time end with a restart file and exit code 6; the same
# command then ends with the fields of an undisturbed run, whatever the number of ranks.
. "$(dirname "$0")/../cli/expect.bash"

tiny_study >study.toml
# Long enough for every stop below to hit the solver at work: processors differ tenfold in speed, so
# the study grows until an undisturbed run takes seconds here.
transient=120
seconds() { python3 -c '
import json
print(int(json.load(open("whole/summary.json"))["stages"]["simulate"]["seconds"]))'; }
while :; do
  options="--set snapshots.transient=$transient --set domain.cells_per_diameter=10"
  expect 0 "$SENGEN" flow-modes simulate study.toml $options -o whole
  [ "$(seconds)" -ge 3 ] && break
  transient=$((2 * transient))
done

expect 6 "$SENGEN" flow-modes run study.toml $options --max-time 0.3 -o limited
says "time limit" "goes on from there"
[ -n "$(find limited/partial -name 'restart.h5')" ] || fail "there is no restart file"
absent limited/data.h5
expect 0 "$SENGEN" flow-modes run study.toml $options -o limited
says "goes on from step"
expect 0 h5diff whole/data.h5 limited/data.h5
same whole/forces.csv limited/forces.csv

# at_work: the program started last has begun with the solver.
at_work() {
  for _ in $(seq 300); do
    grep -qs "simulate:" printed && break
    sleep 0.1
  done
  sleep 0.3
}

# Twice at once, as timeout(1) does to a process and its group, is one wish.
rm printed
"$SENGEN" flow-modes run study.toml $options -o ended >printed 2>&1 &
pid=$!
at_work
kill -TERM $pid
kill -TERM $pid
wait $pid
code=$?
[ $code = 6 ] || fail "exit $code after SIGTERM, expected 6"
says SIGTERM
expect 0 "$SENGEN" flow-modes run study.toml $options -o ended
expect 0 h5diff whole/data.h5 ended/data.h5

# mpirun hands SIGUSR1 to its ranks; it goes on with another number of ranks.
rm printed
$MPIRUN -n 3 "$SENGEN" flow-modes run study.toml $options -o ranks >printed 2>&1 &
pid=$!
at_work
kill -USR1 $pid
wait $pid
code=$?
[ $code = 6 ] || fail "exit $code after SIGUSR1 under mpirun, expected 6"
says "SIGUSR1"
expect 0 $MPIRUN -n 2 "$SENGEN" flow-modes run study.toml $options -o ranks
says "goes on from step"
expect 0 h5diff whole/data.h5 ranks/data.h5
same whole/forces.csv ranks/forces.csv

# While the snapshots are packed into data.h5: a file of many small ones takes its time.
many="--set snapshots.interval=0.017 --set snapshots.per_period=10000 --set snapshots.periods=2"
expect 0 "$SENGEN" flow-modes simulate study.toml $many -o packed
for attempt in $(seq 5); do
  rm -rf packing
  "$SENGEN" flow-modes simulate study.toml $many -o packing >printed 2>&1 &
  pid=$!
  until [ -n "$(find packing -name 'data.h5.*.tmp' 2>/dev/null)" ] || ! kill -0 $pid 2>/dev/null; do
    sleep 0.005
  done
  kill -TERM $pid 2>/dev/null
  wait $pid
  code=$?
  [ $code = 6 ] && break
done
[ $code = 6 ] || fail "exit $code after SIGTERM in $attempt packings, expected 6"
absent packing/data.h5
expect 0 "$SENGEN" flow-modes simulate study.toml $many -o packing
says "goes on from step"
expect 0 h5diff packed/data.h5 packing/data.h5
same packed/forces.csv packing/forces.csv
