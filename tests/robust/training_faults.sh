#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2 timeout=900
# Training on disks that fail, from damaged checkpoints, until stopped, into divergence.
. "$(dirname "$0")/training_study.bash"

expect 0 "${train[@]}" -o whole

# A disk that fails while a checkpoint is written: exit code 5, and the same command then goes on.
n=40
for error in ENOSPC EIO EDQUOT EMFILE; do
  for _ in 1 2 3; do
    rm -rf failing
    SENGEN_FAULT=checkpoints:$n:$error LD_PRELOAD=$SENGEN_FAULTS \
      "$SENGEN" flow-modes train study.toml -o failing >printed 2>&1
    code=$?
    # What only tidies up may fail without harm.
    case $code in
      5) says failing/checkpoints ;;
      0) ;;
      *) fail "exit $code with $error at call $n, expected 5" ;;
    esac
    absent failing/model.safetensors.tmp
    expect 0 "${train[@]}" -o failing
    same_models whole failing
    n=$((n + 17))
  done
done

# Memory that runs out while networks learn, at requests of LibTorch's spread over a whole run: exit
# code 5 with the reason, checkpoints as they were, and the same command goes on to the same. (Open
# MPI and HDF5 end the process by themselves, or crash, when it is they who get none.)
least=60000  # bytes: the smallest activations of this study
faulty() { # N
  SENGEN_FAULT_MEMORY=$least:$1 LD_PRELOAD=$SENGEN_MEMORY_FAULTS timeout 300 "${train[@]}" \
    -o starved >printed 2>&1
}
SENGEN_FAULT_MEMORY_TRACE=$PWD/requests faulty 0 || fail "a run whose requests are only counted"
same_models whole starved
requests=$(wc -l <requests)
[ "$requests" -ge 500 ] || fail "only $requests requests of $least bytes"
kept=0
tries=${MEMORY_TRIES:-6}
for i in $(seq "$tries"); do
  n=$(awk -v from=$((requests * i / (tries + 1))) \
    '$1 > from && $2 == "posix_memalign" { print $1; exit }' requests)
  rm -rf starved
  faulty "$n"
  code=$?
  [ $code = 5 ] || fail "exit $code at request $(sed -n "${n}p" requests)"
  says "resource failure" "memory"
  absent starved/model.safetensors
  if [ -n "$(ls -d starved/checkpoints/mdae-1/step-??????? 2>/dev/null)" ]; then
    kept=$((kept + 1))
    expect 0 "$SENGEN" verify starved/checkpoints/mdae-1
  fi
  expect 0 "${train[@]}" -o starved
  same_models whole starved
done
echo "$requests requests, $kept runs left checkpoints"
[ "$kept" -ge $((tries / 2)) ] || fail "memory ran out before there were checkpoints"

# The newest checkpoint is damaged: the one before it is taken, with a warning that names the file.
expect 6 "${train[@]}" --max-time 0.5 --set train.updates=100000 -o damaged
newest=$(ls -d damaged/checkpoints/mdae-1/step-* | sort | tail -n 1)
python3 - "$newest/shard-0.safetensors" <<'END'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 1
open(sys.argv[1], "wb").write(data)
END
expect 6 "${train[@]}" --max-time 0.5 --set train.updates=100000 -o damaged
says "warning" "$newest" "goes on from update"

# Other options: checkpoints of the old ones are of no use.
expect 0 "${train[@]}" --set train.updates=40 -o damaged
says "begins anew"

# Checkpoints belong to their own training: with another seed, network or amount of memory what is
# trained is not trained again; another rate is another training.
expect 0 "${train[@]}" -o grown
expect 0 "${train[@]}" --seeds 2 --set train.memory_megabytes=0 --set train.pictures=2 \
  --networks mdae,ae -o grown
says "mdae-1: was trained before, 300 updates"
expect 0 "${train[@]}" --seeds 2 --set train.pictures=2 --networks mdae,ae -o at_once
for file in network.safetensors latents.csv; do same at_once/$file grown/$file; done
expect 0 h5diff at_once/networks.h5 grown/networks.h5
expect 0 "${train[@]}" --set train.rate=0.001 -o grown
says "mdae-1: the checkpoints are those of other options, begins anew"

# SIGTERM, and SIGUSR1 under mpirun, end with a checkpoint and exit code 6 within a step.
for signal in TERM USR1; do
  rm -rf stopped
  "${train[@]}" -o stopped --set train.updates=100000 >printed 2>&1 &
  pid=$!
  for _ in $(seq 100); do
    [ -n "$(ls stopped/checkpoints/mdae-1 2>/dev/null)" ] && break
    sleep 0.1
  done
  kill -$signal $pid
  wait $pid
  code=$?
  [ $code = 6 ] || fail "exit $code after SIG$signal, expected 6"
  says "SIG$signal" "a checkpoint of update"
done
$MPIRUN -n 2 "$SENGEN" flow-modes train study.toml -o ranks --set train.updates=100000 \
  >printed 2>&1 &
pid=$!
for _ in $(seq 200); do
  [ -n "$(ls ranks/checkpoints/mdae-1 2>/dev/null)" ] && break
  sleep 0.1
done
kill -USR1 $pid
wait $pid
code=$?
[ $code = 6 ] || fail "exit $code after SIGUSR1 under mpirun, expected 6"

# Stopped, then on with another number of ranks: in double with SGD the same to 1e-6.
double="--set train.precision=double --set train.optimiser=sgd --set train.rate=0.5
  --set train.schedule=constant --set train.final_rate=0"
expect 0 "${train[@]}" $double -o one
$MPIRUN -n 3 "$SENGEN" flow-modes train study.toml $double -o changing >printed 2>&1 &
pid=$!
for _ in $(seq 200); do
  [ -n "$(ls changing/checkpoints/mdae-1 2>/dev/null)" ] && break
  sleep 0.02
done
kill -USR1 $pid
wait $pid
expect 0 "${train[@]}" $double -o changing
python3 - <<'END' || fail "another number of ranks led to other weights"
import json, struct, sys
import numpy as np
def load(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    return {name: np.frombuffer(data[8 + size:][slice(*info["data_offsets"])],
                                {"F32": "f4", "F64": "f8"}[info["dtype"]])
            for name, info in header.items() if name.startswith("network.")}
one, other = load("one/network.safetensors"), load("changing/network.safetensors")
worst = max(np.abs(one[k] - other[k]).max() / np.abs(one[k]).max() for k in one)
print(f"largest relative difference {worst:.1e}")
sys.exit(not worst <= 1e-6)
END

# A rate that no training survives: exit code 4 names update and tensor.
expect 4 "${train[@]}" --set train.optimiser=sgd --set train.rate=1000 \
  --set train.schedule=constant --set train.final_rate=0 -o diverging
says "at update" " '" "last checkpoint is kept"
absent diverging/network.safetensors

# What cannot work is refused before anything is computed.
refuse() { # CODE TEXT ARGUMENTS...
  local code=$1 text=$2
  shift 2
  expect "$code" "${train[@]}" "$@" -o refused
  says "$text"
  absent refused/network.safetensors
}
refuse 2 "one fewer than network.encoder" --set network.decoder=[4,4]
refuse 2 "train.patience needs validation" --set train.patience=10
refuse 2 "ends before the first validation" --set train.patience=10 --set split.validation=0.3
refuse 2 "too many for 32 x 24 cells" --set network.encoder=[4,4,4,4,4,4,4,4]
refuse 2 "larger than the" --set train.batch=1000
refuse 2 "did you mean 'mdae'" --set train.networks=[mdea]
refuse 2 "is above train.rate" --set train.final_rate=1
refuse 2 "train.nesterov is a form of the momentum of SGD" --set train.nesterov=true
# Also before the solver runs, whose grid the options tell.
expect 2 "$SENGEN" flow-modes train "$SOURCE/systems/flow_modes/smoke.toml" \
  --set network.encoder=[4,4,4,4,4,4,4,4,4,4,4] -o refused
says "too many for"
absent refused/data.h5 refused/partial
refuse 5 "LibTorch sees no GPU" --set train.device=cuda
