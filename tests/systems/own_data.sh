#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A user's own arrays: import, POD as numpy's SVD has it, report; and what is refused, by its place.
. "$(dirname "$0")/../cli/expect.bash"
if ! python3 -c 'import numpy, h5py' 2>/dev/null; then
  echo "skipped: python3 has no numpy and h5py"
  exit 0
fi

python3 - <<'END'
import h5py, numpy as np
rng = np.random.default_rng(7)
nt, ny, nx = 60, 12, 20
field = rng.standard_normal((nt, ny, nx, 2)).astype(np.float32)
field *= np.exp(-np.arange(nx) / 5)[None, None, :, None]
t = np.arange(nt)[:, None, None]
field[..., 0] += 3 * np.cos(0.4 * t + 0.5 * np.arange(nx))
field[..., 1] += 5 + 2 * np.sin(0.4 * t + 0.5 * np.arange(nx))
field[:, 4:7, 3:6, :] = np.nan
np.save("field.npy", field)
np.save("double.npy", field.astype(np.float64))
np.save("permuted.npy", np.ascontiguousarray(field.transpose(3, 2, 1, 0)))
np.save("scalar.npy", field[..., 0])
np.save("volume.npy", np.nan_to_num(field[:, :, :18, :]).reshape(nt, 3, 4, 18, 2))
weights = 0.5 + rng.random((ny, nx))
np.save("weights.npy", weights)
np.save("zero_weights.npy", 0 * weights)
np.save("negative_weights.npy", -weights)
solid_weights = 0 * weights
solid_weights[4:7, 3:6] = 1
np.save("solid_weights.npy", solid_weights)
with h5py.File("own.h5", "w") as f:
    f["run/velocity"] = field
np.save("fortran.npy", np.asfortranarray(field))
np.save("big_endian.npy", field.astype(">f4"))
np.save("complex.npy", field.astype(np.complex64))
bad = field.copy()
bad[9, 2, 11, 1] = np.nan
np.save("nan_in_time.npy", bad)
bad = field.copy()
bad[3, 1, 2, 0] = np.inf
np.save("infinite.npy", bad)
bad = field.copy()
bad[:, 0, 0, 1] = np.nan
np.save("half_solid.npy", bad)
np.save("all_nan.npy", np.full((4, 5, 6, 2), np.nan, np.float32))

def errors(w):
    fluid = ~np.isnan(field[0, ..., 0])
    x = field.astype(np.float64)[:, fluid, :]
    x = (x - x.mean(0)) * np.sqrt(w[fluid])[None, :, None]
    s = np.linalg.svd(x.reshape(nt, -1), compute_uv=False)
    e = s**2
    return [np.sqrt(e[m:].sum() / e.sum()) for m in range(1, 21)]
np.savetxt("uniform.txt", errors(np.ones((ny, nx))))
np.savetxt("weighted.txt", errors(weights))
END

as_numpy() { # DIR EXPECTED
  python3 - "$1" "$2" <<'END' || fail "$1 is not what numpy has"
import json, sys, numpy as np
metrics = json.load(open(sys.argv[1] + "/summary.json"))["metrics"]
ours = np.array([metrics[f"pod_error_{m}"]["value"] for m in range(1, 21)])
worst = np.max(np.abs(ours / np.loadtxt(sys.argv[2]) - 1))
print(f"{sys.argv[1]}: largest relative difference from numpy {worst:.1e}")
sys.exit(not worst < 1e-6)
END
}

expect 0 "$SENGEN" flow-modes import field.npy --dt 0.1 --spacing 0.05 -o data.h5
says "60 snapshots" "9 of 240 cells solid"
expect 0 "$SENGEN" flow-modes pod data.h5 -o pod
as_numpy pod uniform.txt
expect 0 "$SENGEN" flow-modes pod data.h5 -o rows --set pod.block_megabytes=1 --threads 1
as_numpy rows uniform.txt
expect 0 $MPIRUN -n 3 "$SENGEN" flow-modes pod data.h5 -o ranks
as_numpy ranks uniform.txt
for other in "double.npy" "own.h5:/run/velocity" "permuted.npy --axes cxyt"; do
  expect 0 "$SENGEN" flow-modes import $other --dt 0.1 --spacing 0.05 -o other.h5
  expect 0 "$SENGEN" flow-modes pod other.h5 -o other
  as_numpy other uniform.txt
done
expect 0 "$SENGEN" flow-modes import field.npy --dt 0.1 --weights weights.npy -o weighted.h5
expect 0 "$SENGEN" flow-modes pod weighted.h5 -o weighted
as_numpy weighted weighted.txt
python3 - <<'END' || fail "mean, modes and coefficients do not add up to the snapshots"
import h5py, numpy as np
data, pod = h5py.File("data.h5")["field"][:], h5py.File("pod/pod.h5")
modes, a = pod["modes"][:], pod["coefficients"][:]
assert modes.shape == (20, 12, 20, 2) and np.allclose(
    np.einsum("myxc,nyxc->mn", modes, modes) * 0.05**2, np.eye(20), atol=1e-9)
rest = data - pod["mean"][:] - np.einsum("mt,myxc->tyxc", a, modes)
fluctuation = data - data.mean(0)
error = np.linalg.norm(rest) / np.linalg.norm(fluctuation)
assert abs(error / np.loadtxt("uniform.txt")[19] - 1) < 1e-5, error
END

python3 - <<'END' || fail "pod.h5 is not complete, or pod.xdmf does not fit it"
import h5py, xml.etree.ElementTree as xml
pod, data = h5py.File("pod/pod.h5"), h5py.File("data.h5")
for name in ("x", "y", "solid", "weight", "time"):
    assert (pod[name][:] == data[name][:]).all(), name
for name in ("components", "unit", "length_unit", "time_unit", "source"):
    assert pod.attrs[name] == data.attrs[name], name
series = xml.parse("pod/pod.xdmf").getroot().find("Domain/Grid")
assert [float(grid.find("Time").get("Value")) for grid in series] == list(range(1, 21))
for item in series.iter("DataItem"):
    if item.get("Format") == "HDF":
        file, name = item.text.split(":")
        assert file == "pod.h5"
        assert pod[name].shape == tuple(map(int, item.get("Dimensions").split())), name
names = [one.get("Name") for one in series[0].iter("Attribute")]
assert names == ["solid", "mean u", "mean v", "modes u", "modes v"], names
END

# A study names the file; scalars and volumes work as well, up to the report.
printf '[data]\nfile = "data.h5"\n' >study.toml
expect 0 "$SENGEN" flow-modes run study.toml -o own
says "report: own/report.html"
expect 0 "$SENGEN" flow-modes import scalar.npy --axes tyx --dt 0.1 -o scalar.h5
expect 0 "$SENGEN" flow-modes run scalar.h5 -o scalar
expect 0 "$SENGEN" flow-modes import volume.npy --axes tzyxc --dt 0.1 -o volume.h5
expect 0 "$SENGEN" flow-modes run volume.h5 -o volume
# Changed data are decomposed anew.
expect 0 "$SENGEN" flow-modes import double.npy --dt 0.2 -o data.h5
expect 0 "$SENGEN" flow-modes run study.toml -o own
says "pod: decomposes"

refuse() { # CODE TEXT ARGUMENTS...
  local code=$1 text=$2
  shift 2
  expect "$code" "$SENGEN" flow-modes import "$@" -o refused.h5
  says "$text"
  absent refused.h5 refused.xdmf
  [ -z "$(find . -name '*.tmp')" ] || fail "a temporary file was left"
}
head -c 20000 field.npy >truncated.npy
head -c 40 field.npy >header.npy
head -c 3000 own.h5 >truncated.h5
refuse 3 "NaN at t 9, y 2, x 11, c 1" nan_in_time.npy --dt 0.1
refuse 3 "an infinite value at t 3, y 1, x 2, c 0" infinite.npy --dt 0.1
refuse 3 "NaN in some components only" half_solid.npy --dt 0.1
refuse 3 "truncated" truncated.npy --dt 0.1
refuse 3 "header.npy" header.npy --dt 0.1
refuse 3 "truncated.h5" truncated.h5:/run/velocity --dt 0.1
refuse 3 "Fortran order" fortran.npy --dt 0.1
refuse 3 "big_endian.npy" big_endian.npy --dt 0.1
refuse 3 "complex.npy" complex.npy --dt 0.1
refuse 3 "names 4 axes" scalar.npy --dt 0.1
refuse 3 "absent.npy" absent.npy --dt 0.1
refuse 3 "no dataset /run/u" own.h5:/run/u --dt 0.1
refuse 2 "name the dataset" own.h5 --dt 0.1
refuse 2 "'q' is unknown" field.npy --dt 0.1 --axes tyxq
refuse 2 "--dt" field.npy --dt 0
refuse 2 "--dt" field.npy --dt -1
refuse 3 "expected that of a snapshot" field.npy --dt 0.1 --weights field.npy
refuse 3 "all values are NaN" all_nan.npy --dt 0.1
refuse 3 "zero_weights.npy: all weights are 0" field.npy --dt 0.1 --weights zero_weights.npy
refuse 3 "negative_weights.npy: a weight is -" field.npy --dt 0.1 --weights negative_weights.npy
refuse 3 "every cell that is not solid weighs nothing" field.npy --dt 0.1 \
  --weights solid_weights.npy
refuse 2 "--components names 1 (u), the array has 2" field.npy --dt 0.1 --components u
expect 2 "$SENGEN" flow-modes import field.npy --dt 0.1 -o refused.npy
says "ends in .h5 or .hdf5"
expect 0 "$SENGEN" flow-modes import field.npy --dt 0.1 --components vx,vy -o other.hdf5
[ -s other.xdmf ] || fail "there is no XDMF file beside the imported data"
grep -q 'other.hdf5:/field' other.xdmf || fail "other.xdmf names another file"
# Bad snapshots are refused before anything is written.
python3 - <<'END'
import h5py, shutil
for name, change in (("one", lambda f: None), ("solid", lambda f: f["solid"].__setitem__(..., 1)),
                     ("weightless", lambda f: f["weight"].__setitem__(..., 0))):
    shutil.copy("scalar.h5", name + ".h5")
    with h5py.File(name + ".h5", "r+") as f:
        change(f)
with h5py.File("one.h5", "r+") as f:
    first, time = f["field"][:1], f["time"][:1]
    del f["field"], f["time"]
    f["field"], f["time"] = first, time
END
for bad in absent.h5:absent.h5 own.h5:import one.h5:"at least 2" solid.h5:"every cell is solid" \
  weightless.h5:"weighs nothing"; do
  for verb in pod run; do
    expect 3 "$SENGEN" flow-modes $verb "${bad%%:*}" -o refused
    says "${bad%%:*}" "${bad#*:}"
    absent refused
  done
done
