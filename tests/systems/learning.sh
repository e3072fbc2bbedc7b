#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ctest: processors=2 timeout=600
# Learning at smoke size: the same figures on any number of ranks, a model that works in other hands
# (predict, Python), a report that draws, and refusals.
. "$(dirname "$0")/../cli/expect.bash"
if ! "$SENGEN" flow-modes --help | grep -q '  train '; then
  echo "skipped: built without LibTorch"
  exit 77
fi
if ! python3 -c 'import numpy, h5py' 2>/dev/null; then
  echo "skipped: python3 has no numpy and h5py"
  exit 77
fi

smoke=$SOURCE/systems/flow_modes/smoke.toml
expect 0 "$SENGEN" flow-modes run "$smoke" --set train.updates=400 --set rom.updates=300 \
  --seeds 2 -o one
for name in pod_error_1 pod_error_20 mdae_error_2 mdae_error_2_spread ae_error_2 \
  phase_interpolation_error mdae_latent_angle mdae_lost_harmonic_1 mdae_mode_1_energy \
  rom_strouhal_error rom_field_error_4.2 rom_field_error_4.2_aligned rom_linear_strouhal_error \
  rom_linear_field_error_4.2 train_samples_per_second; do
  metric one $name >/dev/null 2>&1 || fail "summary.json has no $name"
done
python3 - one <<'END' || fail "the figures are not those of networks that learn"
import json, sys
m = {k: v["value"] for k, v in json.load(open(sys.argv[1] + "/summary.json"))["metrics"].items()}
assert m["mdae_error_2"] < 0.6 and m["ae_error_2"] < 0.6, m
assert 0 < m["rom_linear_strouhal_error"] < 0.02, m
# The forecast cannot be better than what the network itself makes of the same snapshots, by much.
assert m["rom_linear_field_error_4.2"] > 0.95 * m["rom_reconstruction_error"], m
assert 0 <= m["mdae_latent_angle"] <= 180
END

# POD of the teaching snapshots alone, judged on the held-out ones, as numpy has it.
python3 - one <<'END' || fail "pod_error is not that of numpy"
import csv, json, sys
import h5py, numpy as np
folder = sys.argv[1]
data = h5py.File(folder + "/data.h5")
x = data["field"][:].astype(np.float64)
fluid = data["solid"][:] == 0
part = np.array([float(r["part"]) for r in csv.DictReader(open(folder + "/split.csv"))])
x = x[:, fluid, :].reshape(len(part), -1)
teach, held = x[part == 0], x[part == 2]
assert len(held) > 10 and len(teach) > 10
mean = teach.mean(0)
_, s, vt = np.linalg.svd(teach - mean, full_matrices=False)
metrics = json.load(open(folder + "/summary.json"))["metrics"]
rest, total = held - mean, np.sum((held - mean)**2)
for m in range(1, 7):
    ours = metrics[f"pod_error_{m}"]["value"]
    numpys = np.sqrt(np.sum((rest - rest @ vt[:m].T @ vt[:m])**2) / total)
    assert abs(ours / numpys - 1) < 1e-4, (m, ours, numpys)
END

python3 "$SOURCE/tools/check_report" one/report.html >printed 2>&1
code=$?
[ $code = 0 ] || [ $code = 77 ] || fail "the report has faults"

# Any number of ranks: the same split and POD, and networks that agree as far as float lets them.
for ranks in 2 3; do
  expect 0 $MPIRUN -n $ranks "$SENGEN" flow-modes train "$smoke" --threads 1 -o ranks$ranks
done
expect 0 "$SENGEN" flow-modes train "$smoke" --threads 1 -o single
# Phases are the same to round-off.
parts() { cut -d, -f1,3,4 "$1/split.csv" >"$1.parts"; }
parts single
parts ranks3
same single.parts ranks3.parts
python3 - single ranks2 ranks3 <<'END' || fail "ranks change what is learned"
import json, sys
first, *others = [json.load(open(d + "/summary.json"))["metrics"] for d in sys.argv[1:]]
for other in others:
    for name in ("mdae_error_2", "ae_error_2", "rom_linear_field_error_4.2"):
        a, b = first[name]["value"], other[name]["value"]
        assert abs(a / b - 1) < 0.02, (name, a, b)
END

# The model on the snapshots that made it: the same latents and error, nothing out of its range.
expect 0 "$SENGEN" flow-modes predict one/model.safetensors one/data.h5 --steps 24 -o predicted
python3 - <<'END' || fail "predict does not repeat what training found"
import csv, json, struct
import h5py, numpy as np
load = lambda name: np.array([[float(v) for v in r] for r in list(csv.reader(open(name)))[1:]])
data_size = h5py.File("one/data.h5")["field"].size
ours, theirs = load("one/latents.csv"), load("predicted/encoded.csv")
assert np.abs(ours - theirs).max() < 1e-5, np.abs(ours - theirs).max()
m = json.load(open("predicted/summary.json"))["metrics"]
# Half of the snapshots taught nothing, but they are of the same limit cycle.
assert m["values_outside_range"]["value"] < 1e-3 * data_size, m
assert m["latents_outside_range"]["value"] == 0, m
data = h5py.File("one/data.h5")["field"][:]
made = h5py.File("predicted/reconstruction.h5")["field"][:]
modes = h5py.File("predicted/modes.h5")["field"][:]
# Modes are about zero: what else is in the reconstruction does not change in time.
rest = made - modes[..., :2] - modes[..., 2:]
assert np.abs(rest - rest[0]).max() < 1e-5
model = open("one/model.safetensors", "rb").read()
size = struct.unpack("<Q", model[:8])[0]
where = json.loads(model[8:8 + size])["mean"]["data_offsets"]
mean = np.frombuffer(model[8 + size:][slice(*where)], "f4").reshape(2, *data.shape[1:3])
weight = h5py.File("one/data.h5")["weight"][:][..., None]
energy = lambda field: np.sum(weight * field.astype(float)**2)
error = np.sqrt(energy(data - made) / energy(data - mean.transpose(1, 2, 0)))
assert abs(error / m["reconstruction_error"]["value"] - 1) < 1e-4, error
forecast = h5py.File("predicted/prediction.h5")
assert forecast["field"].shape == (24,) + data.shape[1:]
assert np.isclose(forecast["time"][0] - h5py.File("one/data.h5")["time"][-1], 0.4875, atol=1e-3)
END
expect 0 "$SENGEN" verify predicted
printf 'x' | dd of=predicted/prediction.h5 bs=1 seek=5000 conv=notrunc status=none
expect 3 "$SENGEN" verify predicted
says "prediction.h5: the content has changed"
rm predicted/prediction.csv
expect 0 "$SENGEN" flow-modes predict one/model.safetensors one/data.h5 --steps 24 -o predicted
expect 0 "$SENGEN" verify predicted
expect 0 "$SENGEN" flow-modes predict one/model.safetensors one/data.h5 --steps 5 --by linear \
  -o linear

# Another amplitude: what lies outside of the teaching range is counted and said.
python3 - <<'END'
import h5py, shutil
shutil.copy("one/data.h5", "strong.h5")
with h5py.File("strong.h5", "r+") as f:
    f["field"][...] = 1.5 * f["field"][...]
shutil.copy("one/data.h5", "moved.h5")
with h5py.File("moved.h5", "r+") as f:
    f["x"][...] = f["x"][...] + 0.5
shutil.copy("one/data.h5", "body.h5")
with h5py.File("body.h5", "r+") as f:
    f["solid"][0, 5] = 1
END
expect 0 "$SENGEN" flow-modes predict one/model.safetensors strong.h5 -o strong
says "warning" "outside of the range that taught the model"
expect 3 "$SENGEN" flow-modes predict one/model.safetensors moved.h5 -o refused
says "x of cell 0" "a model works on the grid it was taught with"
absent refused/reconstruction.h5
expect 3 "$SENGEN" flow-modes predict one/model.safetensors body.h5 -o refused
says "cell (x 5, y 0)" "solid" "fluid"
expect 3 "$SENGEN" flow-modes predict one/data.h5 one/data.h5 -o refused
expect 3 "$SENGEN" flow-modes predict absent.safetensors one/data.h5 -o refused
head -c 2000 one/model.safetensors >cut.safetensors
expect 3 "$SENGEN" flow-modes predict cut.safetensors one/data.h5 -o refused
says cut.safetensors
python3 - <<'END'
data = bytearray(open("one/model.safetensors", "rb").read())
data[-5] ^= 4
open("flipped.safetensors", "wb").write(data)
END
expect 3 "$SENGEN" flow-modes predict flipped.safetensors one/data.h5 -o refused
says flipped.safetensors

sed 's/\\"version\\":1,/\\"version\\":2,/' one/model.safetensors >other.safetensors
cmp -s one/model.safetensors other.safetensors && fail "the version was not found in the model"
python3 - <<'END'
data = open("other.safetensors", "rb").read()
# As if another program had written it: without our hash.
data = data.replace(b'"sengen":', b'"foreig":').replace(b'"xxh3":', b'"xxh_":')
open("other.safetensors", "wb").write(data)
END
expect 3 "$SENGEN" flow-modes predict other.safetensors one/data.h5 -o refused
says "model version 2, this program reads version 1"

# In double, from a file that is read batch by batch: the precision is that of the model.
expect 0 "$SENGEN" flow-modes train one/data.h5 --networks mdae --updates 20 -o double \
  --set network.encoder=[8,4] --set train.batch=8 --set train.precision=double \
  --set train.memory_megabytes=0 --set rom.window=8 --set rom.updates=10 \
  --set rom.periods=0.5 --set rom.delays=0.5
expect 0 "$SENGEN" flow-modes predict double/model.safetensors one/data.h5 --steps 3 -o in_double
[ -e in_double/prediction.h5 ] || fail "there is no forecast"
expect 0 "$SENGEN" flow-modes predict double/model.safetensors one/data.h5 -o in_double
absent in_double/prediction.h5

# The traced model in Python, where there is one with torch.
python=$SOURCE/build/python/bin/python3
if ! "$python" -c 'import torch' 2>/dev/null; then
  echo "no Python with torch: the traced model is not tried"
  exit 0
fi
python3 - <<'END'
import h5py, numpy as np
h5py.File("one/data.h5")["field"][:8].transpose(0, 3, 1, 2).astype(np.float32).tofile("fields.raw")
h5py.File("predicted/reconstruction.h5")["field"][:8].transpose(0, 3, 1, 2).tofile("made.raw")
print(*h5py.File("one/data.h5")["field"].shape, file=open("shape", "w"))
END
expect 0 "$python" - <<'END'
import torch
t, ny, nx, c = map(int, open("shape").read().split())
read = lambda name: torch.from_file(name, size=8 * c * ny * nx).view(8, c, ny, nx)
latents, modes, made = torch.jit.load("one/model.pt")(read("fields.raw"))
assert latents.shape == (8, 2) and modes.shape == (8, 2, c, ny, nx)
rows = [line.split(",")[1:] for line in open("one/latents.csv").read().split()[1:9]]
theirs = torch.tensor([[float(v) for v in row] for row in rows])
assert (latents - theirs).abs().max() < 1e-5
assert (made - read("made.raw")).abs().max() < 1e-4
print("Python loads the traced model")
END
says "Python loads the traced model"
