# SPDX-License-Identifier: Apache-2.0
"""A file of reference tensors, and how they are held against other results before that."""
import json
import pathlib
import struct

import numpy as np
import torch
from safetensors.numpy import load_file, save

FOLDER = pathlib.Path(__file__).parent
DIFFERENCE = 1e-6  # step of the central differences


class File:
    """Tensors and descriptions of one .safetensors file."""

    def __init__(self, name):
        self.path, self.tensors = FOLDER / name, {}
        self.cases = {"origin": f"tests/data/nn_reference.py, torch {torch.__version__}"}

    def put(self, key, value, dtype=np.float32):
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        assert key not in self.tensors and np.all(np.isfinite(value)), key
        self.tensors[key] = np.atleast_1d(np.ascontiguousarray(value, dtype=dtype))

    def describe(self, case, **what):
        self.cases[case] = json.dumps(what)

    def data(self):
        """The package writes metadata in random order: the header is sorted afterwards."""
        packed = save(self.tensors, metadata=self.cases)
        size = struct.unpack("<Q", packed[:8])[0]
        header = json.loads(packed[8:8 + size])
        header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + packed[8 + size:]

    def finish(self, check):
        if not check:
            self.path.write_bytes(self.data())
        stored = load_file(self.path)
        assert stored.keys() == self.tensors.keys(), self.path
        for key, value in self.tensors.items():
            assert stored[key].dtype == value.dtype and stored[key].shape == value.shape, key
            close(key, stored[key], value, 1e-6 if value.dtype == np.float32 else 1e-12)
        print(f"{self.path.name}: {len(stored)} tensors, {self.path.stat().st_size} bytes")


def close(what, a, b, tolerance):
    a, b = (v.detach().numpy() if isinstance(v, torch.Tensor) else np.asarray(v) for v in (a, b))
    assert a.shape == b.shape, f"{what}: {a.shape} and {b.shape}"
    scale = max(np.max(np.abs(b), initial=0), 1e-30)
    error = np.max(np.abs(a.astype(float) - b), initial=0) / scale
    assert error <= tolerance, f"{what}: relative error {error:.2e}, at most {tolerance:.0e}"
    return error


def normal(rng, *shape, scale=1.0):
    """Random numbers that are exact in float32; numpy's do not depend on the processor."""
    return (scale * rng.standard_normal(shape)).astype(np.float32).astype(np.float64)


def leaf(value, dtype=torch.float64):
    return torch.tensor(value, dtype=dtype, requires_grad=True)


def check_gradients(case, scalar, values, gradients, rng, tolerance=1e-6):
    """Central differences of the scalar along random directions of each tensor."""
    for name, gradient in gradients.items():
        direction = rng.standard_normal(values[name].shape) * (np.abs(values[name]) > 1e-5)
        ends = [scalar({**values, name: values[name] + s * DIFFERENCE * direction})
                for s in (1, -1)]
        slope = (ends[0] - ends[1]) / (2 * DIFFERENCE)
        expected = np.sum(gradient * direction)
        scale = max(np.linalg.norm(gradient), abs(expected), 1e-4)
        assert abs(slope - expected) < tolerance * scale, f"{case} {name}: {slope} {expected}"
