# SPDX-License-Identifier: Apache-2.0
# What the tests of training share: a periodic flow of 64 snapshots and a study that trains a small
# network on it in a second, with a checkpoint every ten updates.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/expect.bash"
if ! python3 -c 'import numpy' 2>/dev/null; then
  echo "skipped: python3 has no numpy"
  exit 77
fi
if ! "$SENGEN" flow-modes --help | grep -q '  train '; then
  echo "skipped: built without LibTorch"
  exit 77
fi

python3 - <<'END'
import numpy as np
t, y, x = np.meshgrid(np.arange(64), np.linspace(-2, 2, 24), np.linspace(0, 8, 32), indexing="ij")
wave = np.exp(-y**2) * np.cos(2 * np.pi * (x / 4 - t / 16.1))
field = np.stack([1 + 0.2 * wave**2, 0.3 * wave + 0.05 * np.roll(wave, 5, axis=2)], axis=-1)
field[:, 10:14, 2:5, :] = np.nan
np.save("field.npy", field.astype(np.float32))
END
expect 0 "$SENGEN" flow-modes import field.npy --dt 0.4 --spacing 0.25 -o data.h5

cat >study.toml <<'TOML'
[data]
file = "data.h5"
[split]
hold_out = "phases"
bins = 12
train_fraction = 0.6
[network]
encoder = [8, 4]
phase_penalty = 0.1
[train]
networks = ["mdae"]
updates = 300
batch = 8
[checkpoints]
updates = 10
[rom]
window = 8
periods = 0.5
delays = 0.5
updates = 60
TOML

train=("$SENGEN" flow-modes train study.toml)

# same_models DIR DIR: the trained networks, bit for bit, and everything that was learned from them.
same_models() {
  same "$1/network.safetensors" "$2/network.safetensors"
  same "$1/model.safetensors" "$2/model.safetensors"
  same "$1/latents.csv" "$2/latents.csv"
}

# rotated DIR [MORE]: no run keeps more checkpoints than its last two, and one that was to go; MORE
# for the best.
rotated() {
  local run count
  for run in "$1"/checkpoints/*; do
    count=$(find "$run" -maxdepth 1 -name 'step-???????' 2>/dev/null | wc -l)
    [ "$count" -le $((3 + ${2:-0})) ] || fail "$run has $count checkpoints"
  done
}
