#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2 timeout=600
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
refuse 5 "LibTorch sees no GPU" --set train.device=cuda
