# SPDX-License-Identifier: Apache-2.0
"""Makes pod_reference.txt: POD of a small float field by numpy.linalg.svd in double precision.

python3 tests/data/pod_reference.py > tests/data/pod_reference.txt   (numpy 1.24.2 of Debian 12)
Field: mean flow plus 24 standing patterns whose strength halves from one to the next, rounded to
float32, so that sigma_20 / sigma_1 is about 1e-6; uneven weights, five of them zero.
"""
import sys

import numpy as np

points, times, modes = 90, 36, 20
rng = np.random.default_rng(20240607)
field = 1.0 + rng.standard_normal((1, points))
for k in range(24):
    field = field + 0.5**k * np.outer(rng.standard_normal(times), rng.standard_normal(points))
field = field.astype(np.float32)  # times x points
weights = rng.uniform(0.25, 2.0, points)
weights[7:12] = 0.0

x = field.astype(np.float64).T
mean = x.mean(axis=1)
x = x - mean[:, None]
_, sigma, vt = np.linalg.svd(np.sqrt(weights)[:, None] * x, full_matrices=False)
sigma, vt = sigma[: times - 1], vt[: times - 1]  # the last is zero: the mean is gone
errors = [np.sqrt(np.sum(sigma[m:] ** 2) / np.sum(sigma**2)) for m in range(modes + 1)]


def table(name, values, digits):
    values = np.atleast_2d(values)
    print(name, *values.shape)
    for row in values:
        print(" ".join(f"{v:.{digits}g}" for v in row))


print(f"# pod_reference.py, numpy {np.__version__}: name rows columns, then the values row by row")
table("field", field, 9)  # 9 digits give a float32 back exactly
table("weights", weights, 17)
table("mean", mean, 12)
table("singular_values", sigma, 12)
table("errors", errors, 12)
table("coefficients", sigma[:modes, None] * vt[:modes], 10)
table("modes", (x @ vt[:modes].T / sigma[:modes]).T, 10)
sys.stdout.flush()
