# SPDX-License-Identifier: Apache-2.0
"""Makes rom/*.npy and rom/values.csv: vector autoregression and frequencies by numpy in float64.

python3 tests/data/rom_reference.py [--check]       (numpy 2.4.6)
VAR(p): r[t+1] = c + sum_j A[j] r[t-j], j = 0..p-1. The mean of all rows is removed, then c = 0;
least squares over t = p-1..n-2 by SVD, singular values below 1e-10 of the largest dropped. A free
run starts from the last p rows; its first row is the one after the series, the mean added again.
Frequency by complex demodulation: mean removed, z[t] = sum_m w[m] x[t+m] exp(-2 pi i f (t+m) dt)
with m = -M..M, M = round(1 / (f dt)), w = Hann, 1 + cos(pi m / M), sum 1, only whole windows; then
f + slope / (2 pi), the slope of the unwrapped phase by least squares. Frequency of a pair: slope of
the unwrapped phase atan2(b, a), means removed.
"""
import pathlib
import sys

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "rom"
CHECK = sys.argv[1:] == ["--check"]
CUTOFF = 1e-10
PERIOD = 24.025  # snapshots in a period


def wake(t):
    """Two latents of a limit cycle: four harmonics, 37 degrees apart, with means."""
    angle = 2 * np.pi * t / PERIOD + 0.4
    a = 0.1 + np.cos(angle) + 0.2 * np.cos(2 * angle + 0.3) + 0.05 * np.cos(3 * angle + 1.1)
    b = -0.2 + 0.9 * np.cos(angle - 0.65) + 0.15 * np.cos(2 * angle - 1.0)
    return np.stack([a, b + 0.06 * np.cos(3 * angle) + 0.02 * np.cos(4 * angle - 0.5)], axis=1)


def delays(x, p):
    """Row t: x[t], x[t-1], ..., x[t-p+1] behind one another, for t = p-1..n-1."""
    return np.hstack([x[p - 1 - j:len(x) - j] for j in range(p)])


def fit(series, p):
    mean = series.mean(axis=0)
    x = series - mean
    rows, targets = delays(x, p)[:-1], x[p:]
    u, s, vt = np.linalg.svd(rows, full_matrices=False)
    keep = s > CUTOFF * s[0]
    solution = vt[keep].T @ ((u[:, keep].T @ targets) / s[keep, None])
    residual = np.sqrt(np.mean((rows @ solution - targets) ** 2))
    n = series.shape[1]
    return mean, solution.reshape(p, n, n).transpose(0, 2, 1), s, int(keep.sum()), residual


def run(mean, a, series, steps):
    past = list(series[::-1][:len(a)] - mean)  # newest first
    out = []
    for _ in range(steps):
        past = [sum(m @ r for m, r in zip(a, past))] + past[:-1]
        out.append(past[0] + mean)
    return np.array(out)


def slope(t, phase):
    t = t - t.mean()
    return np.sum(t * (phase - phase.mean())) / np.sum(t * t)


def demodulate(x, dt, f):
    m = round(1 / (f * dt))
    w = 1 + np.cos(np.pi * np.arange(-m, m + 1) / m)
    t = dt * np.arange(len(x))
    z = np.convolve((x - x.mean()) * np.exp(-2j * np.pi * f * t), w / w.sum(), mode="valid")
    return z, f + slope(t[m:len(x) - m], np.unwrap(np.angle(z))) / (2 * np.pi)


values = {}


def put(name, array):
    array = np.ascontiguousarray(array, dtype=np.float64)
    if not CHECK:
        np.save(FOLDER / f"{name}.npy", array)
    assert np.allclose(np.load(FOLDER / f"{name}.npy"), array, rtol=1e-9, atol=1e-9), name


def autoregression(name, series, p, steps, truth):
    mean, a, s, rank, residual = fit(series, p)
    free = run(mean, a, series, steps)
    # The same by numpy's least squares, and the free run by powers of the companion matrix.
    x = series - mean
    other = np.linalg.lstsq(delays(x, p)[:-1], x[p:], rcond=CUTOFF)[0]
    assert np.allclose(np.hstack(list(a)), other.T, rtol=0, atol=1e-9)
    companion = np.eye(2 * p, k=-2)
    companion[:2] = other.T
    state = x[::-1][:p].ravel()
    for row in free:
        state = companion @ state
        assert np.allclose(state[:2] + mean, row, rtol=0, atol=1e-8)
    assert not np.any((s / s[0] > 1e-13) & (s / s[0] < 1e-6)), "no value near the cut-off"
    # How far rounding of the data moves the answer: what a test may ask for.
    rng = np.random.default_rng(1)
    moved = series * (1 + 1e-15 * rng.standard_normal(series.shape))
    other = fit(moved, p)
    values[f"{name}.delays"] = p
    values[f"{name}.rank"] = rank
    values[f"{name}.residual_rms"] = residual
    values[f"{name}.free_run_error_rms"] = np.sqrt(np.mean((free - truth) ** 2))
    values[f"{name}.rounding_moves_coefficients"] = np.max(np.abs(other[1] - a))
    values[f"{name}.rounding_moves_free_run"] = np.max(
        np.abs(run(other[0], other[1], moved, steps) - free))
    put(f"{name}_series", series)
    put(f"{name}_mean", mean)
    put(f"{name}_coefficients", a)
    put(f"{name}_singular_values", s[:rank])
    put(f"{name}_free_run", free)


def main():
    FOLDER.mkdir(exist_ok=True)
    t = np.arange(480.0)
    # 240 rows; 20 periods without data. Nine of 48 directions: 4 harmonics and the mean's rest.
    clean = wake(t[:240])
    autoregression("var_periodic", clean, 24, 480, wake(240 + np.arange(480.0)))
    noisy = clean + 1e-2 * np.random.default_rng(20240614).standard_normal(clean.shape)
    autoregression("var_noisy", noisy, 24, 96, wake(240 + np.arange(96.0)))

    dt, frequency, reference = 0.25, 0.1672, 0.16
    time = dt * np.arange(600)
    sine = 0.3 + (1 + 0.25 * np.cos(2 * np.pi * 0.021 * time)) * np.sin(
        2 * np.pi * frequency * time + 0.7)
    z, found = demodulate(sine, dt, reference)
    assert abs(found / frequency - 1) < 1e-4
    put("phase_series", sine)
    put("phase_demodulated", np.stack([z.real, z.imag], axis=1))
    values.update({"phase.dt": dt, "phase.reference_frequency": reference,
                   "phase.true_frequency": frequency, "phase.frequency": found})

    pair = wake(t)
    pair = np.stack([pair[:, 0], np.roll(pair[:, 0], 6)], axis=1)[6:]  # a quarter period apart
    centred = pair - pair.mean(axis=0)
    phase = np.unwrap(np.arctan2(centred[:, 1], centred[:, 0]))
    found = slope(np.arange(len(phase)), phase) / (2 * np.pi)
    assert abs(found * PERIOD - 1) < 1e-3
    put("pair_series", pair)
    values.update({"pair.dt": 1, "pair.true_frequency": 1 / PERIOD, "pair.frequency": found})

    text = "name,value\n" + "".join(f"{k},{v:.17g}\n" for k, v in values.items())
    if not CHECK:
        (FOLDER / "values.csv").write_text(text, encoding="utf-8")
    for line in (FOLDER / "values.csv").read_text(encoding="utf-8").splitlines()[1:]:
        name, stored = line.split(",")
        assert np.isclose(values[name], float(stored), rtol=1e-6, atol=1e-9), name
    print(text, end="")


main()
