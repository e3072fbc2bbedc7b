#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A rank that dies or throws ends the whole job within 10 seconds, with an exit code that is not 0,
# and leaves no process behind.
. "$(dirname "$0")/../cli/expect.bash"

tiny_study >study.toml
long="--set snapshots.transient=4000 --set domain.cells_per_diameter=12"
$MPIRUN -n 3 "$SENGEN" flow-modes run study.toml $long -o out >printed 2>&1 &
job=$!
for _ in $(seq 100); do
  grep -q "simulate:" printed && break
  sleep 0.1
done
sleep 0.5
victim=$(pgrep -f "sengen flow-modes run study.toml $long" -P $job | tail -n 1)
[ -n "$victim" ] || fail "no rank was found"
start=$(date +%s)
kill -9 "$victim"
wait $job
code=$?
seconds=$(($(date +%s) - start))
[ $code != 0 ] || fail "the job ended as if nothing had happened"
[ $seconds -le 10 ] || fail "the job took $seconds s to end"
sleep 0.5
[ -z "$(pgrep -f "flow-modes run study.toml $long")" ] || fail "processes were left behind"
# The next start goes on or begins anew, but works.
expect 6 $MPIRUN -n 2 "$SENGEN" flow-modes run study.toml $long --max-time 1 -o out

# One rank alone throws while the others go on into the stage and wait for it.
for rank in 1 0 2; do
  start=$(date +%s)
  timeout 60 $MPIRUN -n 3 -x SENGEN_FAULT_RANK=$rank "$SENGEN" flow-modes run study.toml -o alone \
    >printed 2>&1
  code=$?
  seconds=$(($(date +%s) - start))
  [ $code = 70 ] || fail "exit $code when rank $rank alone threw, expected 70"
  [ $seconds -le 10 ] || fail "the job took $seconds s to end after rank $rank threw"
  says "[rank $rank] sengen: internal error" SENGEN_FAULT_RANK "runner.cpp:"
  absent alone/data.h5
done
sleep 0.5
[ -z "$(pgrep -f "flow-modes run study.toml -o alone")" ] || fail "processes were left behind"
expect 0 $MPIRUN -n 3 "$SENGEN" flow-modes run study.toml -o alone

# A file that cannot be used is told once, before any work.
head -c 3000 alone/data.h5 >truncated.h5
expect 3 $MPIRUN -n 3 "$SENGEN" flow-modes run absent.h5 -o refused
[ "$(grep -c 'bad input' printed)" = 1 ] || fail "the message came more than once"
absent refused
expect 3 $MPIRUN -n 3 "$SENGEN" flow-modes run truncated.h5 -o refused
[ "$(grep -c 'bad input' printed)" = 1 ] || fail "the message came more than once"

# A failure on every rank: divergence ends with exit code 4 and says where.
start=$(date +%s)
expect 4 $MPIRUN -n 3 "$SENGEN" flow-modes run study.toml --set flow.reynolds=1000 \
  --set flow.velocity=0.17 --set snapshots.transient=400 --set domain.cells_per_diameter=10 \
  --set domain.sides=slip --set domain.inlet_sponge=0 --set domain.outlet_sponge=0 -o diverged
says "step" "cell"
[ "$(grep -c 'numerical failure' printed)" = 1 ] || fail "the message came more than once"
[ $(($(date +%s) - start)) -le 60 ] || fail "the divergence took too long to be seen"
absent diverged/data.h5
