# SPDX-License-Identifier: Apache-2.0
"""optimisers.safetensors: ten steps of PyTorch's optimisers, held against the formulas in numpy."""
import numpy as np
import torch

from reference_file import File, close


def by_formula(kind, start, gradient, rate, momentum=0.0, nesterov=False, eps=1e-8, decay=0.0):
    """Parameters after each step, written out; gradient(step, parameters)."""
    p, m, v, path = start.copy(), 0.0, 0.0, []
    for t in range(1, 11):
        g = gradient(t - 1, p)
        if kind == "sgd":
            m = momentum * m + g
            p = p - rate * (g + momentum * m if nesterov else m)
        else:
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            a, b = 1 - 0.9**t, 1 - 0.999**t
            if kind == "adam":
                p = p * (1 - rate * decay) - rate * (m / a) / (np.sqrt(v / b) + eps)
            else:  # Keras: eps is added to the uncorrected root
                p = p - rate * np.sqrt(b) / a * m / (np.sqrt(v) + eps)
        path.append(p)
    return np.array(path)


def optimisers():
    file, rng = File("optimisers.safetensors"), np.random.default_rng(20240612)
    n, rate = 11, 0.05
    matrix = rng.standard_normal((n, n))
    matrix = matrix @ matrix.T / n
    centre, start = rng.standard_normal(n), rng.standard_normal(n)
    noise = 0.3 * rng.standard_normal((10, n))
    matrix[-2:], matrix[:, -2:] = 0.0, 0.0
    noise[:, -2:] *= 1e-7  # gradients as small as eps show where eps stands
    for key, value in (("matrix", matrix), ("centre", centre), ("noise", noise), ("start", start)):
        file.put(f"problem.{key}", value, np.float64)
    file.describe("problem", gradient="matrix (p - centre) + noise[step]", steps=10, beta1=0.9,
                  beta2=0.999, note="the last two components have gradients of about 1e-8")

    def gradient(step, p):
        return matrix @ (p - centre) + noise[step]

    adam, sgd = torch.optim.Adam, torch.optim.SGD
    decoupled = {"weight_decay": 0.01}
    cases = {
        "adam": (adam, {"eps": 1e-8}),
        "adam_eps1e-7": (adam, {"eps": 1e-7}),
        "adamw": (torch.optim.AdamW, {"eps": 1e-8, **decoupled}),
        "adamw_eps1e-7": (torch.optim.AdamW, {"eps": 1e-7, **decoupled}),
        "sgd": (sgd, {}),
        "sgd_momentum": (sgd, {"momentum": 0.9}),
        "sgd_nesterov": (sgd, {"momentum": 0.9, "nesterov": True}),
    }
    for case, (kind, options) in cases.items():
        p = torch.nn.Parameter(torch.tensor(start))
        optimiser, path, gradients = kind([p], lr=rate, **options), [], []
        for step in range(10):
            p.grad = torch.tensor(gradient(step, p.detach().numpy()))
            optimiser.step()
            gradients.append(p.grad.numpy().copy())
            path.append(p.detach().numpy().copy())
        formula = {k if k != "weight_decay" else "decay": v for k, v in options.items()}
        close(case, by_formula("sgd" if kind is sgd else "adam", start, gradient, rate, **formula),
              np.array(path), 1e-13)
        file.put(f"{case}.parameters", path, np.float64)
        file.put(f"{case}.gradients", gradients, np.float64)
        file.describe(case, rate=rate, decoupled_decay=options.get("weight_decay", 0.0),
                      **{k: v for k, v in options.items() if k != "weight_decay"})
    file.put("adam_keras.parameters", by_formula("keras", start, gradient, rate, eps=1e-7),
             np.float64)
    file.describe("adam_keras", rate=rate, eps=1e-7, note="Keras' own formula, numpy: "
                  "p -= rate sqrt(1-b2^t)/(1-b1^t) m / (sqrt(v) + eps)")

    average, averages = start.copy(), []
    for p in file.tensors["adam.parameters"]:
        average = 0.999 * average + 0.001 * p
        averages.append(average)
    file.put("ema.averages", averages, np.float64)
    file.describe("ema", decay=0.999, of="adam.parameters", first="problem.start",
                  note="no bias correction")

    parts = {"a": rng.standard_normal((3, 4)), "b": rng.standard_normal(5)}
    norm = np.sqrt(sum(np.sum(g**2) for g in parts.values()))
    for case, limit in (("clip", 1.0), ("clip_not", 10.0)):
        tensors = [torch.nn.Parameter(torch.zeros(g.shape, dtype=torch.float64))
                   for g in parts.values()]
        for p, g in zip(tensors, parts.values()):
            p.grad = torch.tensor(g)
        close(case, torch.nn.utils.clip_grad_norm_(tensors, limit), norm, 1e-14)
        file.put(f"{case}.norm", norm, np.float64)
        for (key, g), p in zip(parts.items(), tensors):
            close(case, p.grad, g * min(1.0, limit / (norm + 1e-6)), 1e-14)
            file.put(f"{case}.{key}", g, np.float64)
            file.put(f"{case}.clipped_{key}", p.grad, np.float64)
            file.put(f"{case}.exact_{key}", g * min(1.0, limit / norm), np.float64)
        file.describe(case, limit=limit, note="clipped: PyTorch, limit / (norm + 1e-6), at most 1;"
                      " exact: without the 1e-6")

    for case, peak, final, warmup, updates in (("cosine", 3e-3, 3e-5, 5, 40),
                                               ("cosine_no_warmup", 1e-3, 0.0, 0, 17)):
        rates = [peak * (u + 1) / warmup if u < warmup else final + (peak - final)
                 * (1 + np.cos(np.pi * (u - warmup) / (updates - warmup))) / 2
                 for u in range(updates)]
        file.put(f"{case}.rates", rates, np.float64)
        file.describe(case, peak=peak, final=final, warmup=warmup, updates=updates)
    p = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.SGD([p], lr=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 17)
    for expected in rates:
        close("cosine", optimiser.param_groups[0]["lr"], expected, 1e-12)
        optimiser.step()
        schedule.step()
    return file
