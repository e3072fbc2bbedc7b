#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2 timeout=600
# One bit of a finished stage's files flips on the disk: the stages that would read them refuse to
# (exit code 3, naming the file), whichever bit it was; with the bit flipped back all goes on.
# FLIPS=1000 for the long version (bench/soak).
. "$(dirname "$0")/../cli/expect.bash"
python3 -c 'import numpy' 2>/dev/null || { echo "skipped: python3 has no numpy"; exit 77; }

tiny_study >study.toml
verbs=(pod)
if "$SENGEN" flow-modes --help | grep -q '  train '; then
  verbs=(pod train)
  cat >>study.toml <<'TOML'
[split]
hold_out = "last"
train_fraction = 0.6
[network]
encoder = [4]
[train]
networks = ["ae"]
updates = 20
batch = 4
[rom]
updates = 0
window = 4
periods = 0.2
delays = 0.2
TOML
fi
for verb in "${verbs[@]}"; do
  expect 0 "$SENGEN" flow-modes $verb study.toml -o whole_$verb
  expect 0 "$SENGEN" flow-modes simulate study.toml -o $verb
  expect 0 h5diff whole_$verb/data.h5 $verb/data.h5
done

# flip FILE BIT
flip() {
  python3 - "$1" "$2" <<'END'
import sys
path, bit = sys.argv[1], int(sys.argv[2])
with open(path, "r+b") as f:
    f.seek(bit // 8)
    byte = f.read(1)[0]
    f.seek(bit // 8)
    f.write(bytes([byte ^ 1 << bit % 8]))
END
}

seed=${SEED:-$RANDOM}
echo "seed $seed"
RANDOM=$seed
flips=${FLIPS:-16}
bits=$(($(stat -c %s pod/data.h5) * 8))
for number in $(seq "$flips"); do
  verb=${verbs[$((number % ${#verbs[@]}))]}
  case $((number % 4)) in
    0) bit=$((RANDOM % 16384)) ;;  # the head of the file: HDF5's own tables
    *) bit=$(((RANDOM * 32768 + RANDOM) % bits)) ;;
  esac
  flip $verb/data.h5 $bit
  expect 3 "$SENGEN" flow-modes $verb study.toml -o $verb
  says "$verb/data.h5: the content has changed since the stage 'simulate' wrote it"
  absent $verb/pod.h5 $verb/network.safetensors $verb/checkpoints
  flip $verb/data.h5 $bit
done
for verb in "${verbs[@]}"; do
  expect 0 "$SENGEN" flow-modes $verb study.toml -o $verb
  for file in whole_$verb/*.csv; do same "$file" "$verb/$(basename "$file")"; done
done
echo "$flips flips, all refused"
