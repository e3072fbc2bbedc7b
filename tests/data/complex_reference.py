#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Complex numbers as h5py writes them: complex_reference.py, beside complex_h5py.h5."""

import pathlib

import h5py
import numpy as np

values = np.array([[1 - 2j, 0.5j], [3, -4.25 + 8j]])
with h5py.File(pathlib.Path(__file__).parent / "complex_h5py.h5", "w", libver="earliest") as file:
    file["double"] = values
    file["single"] = values.astype(np.complex64)
    file.create_dataset("chunked", data=values, chunks=(1, 2), compression="gzip")
    file["big_endian"] = values.astype(">c16")
