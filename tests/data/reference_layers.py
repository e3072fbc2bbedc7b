# SPDX-License-Identifier: Apache-2.0
"""layers.safetensors: layers by PyTorch, each held against plain loops in numpy."""
import numpy as np
import torch
import torch.nn.functional as F

from reference_file import File, check_gradients, close, leaf, normal


def pairs(value, dimensions):
    return (value,) * dimensions


def naive_conv(x, w, b, stride=1, padding=0, dilation=1):
    d = x.ndim - 2
    x = np.pad(x, [(0, 0), (0, 0)] + [(padding, padding)] * d)
    out = [(n - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(x.shape[2:], w.shape[2:])]
    y = np.zeros((x.shape[0], w.shape[0], *out))
    for at in np.ndindex(*out):
        window = tuple(slice(i * stride, i * stride + dilation * (k - 1) + 1, dilation)
                       for i, k in zip(at, w.shape[2:]))
        for n, o in np.ndindex(*y.shape[:2]):
            y[(n, o, *at)] = np.sum(x[(n, slice(None), *window)] * w[o]) + (b[o] if b.size else 0)
    return y


def naive_pool(x, reduce):
    y = np.zeros((*x.shape[:2], *((n + 1) // 2 for n in x.shape[2:])))
    for at in np.ndindex(*y.shape):
        y[at] = reduce(x[(*at[:2], *(slice(2 * i, 2 * i + 2) for i in at[2:]))])
    return y


def naive_upsample(x, size):
    y = np.zeros((*x.shape[:2], *size))
    for at in np.ndindex(*y.shape):
        y[at] = x[(*at[:2], *(i // 2 for i in at[2:]))]
    return y


def naive_lstm(x, layers, h0, c0):
    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    h, c = h0.copy(), c0.copy()
    for k, (wi, wh, bi, bh) in enumerate(layers):
        steps = []
        for t in range(x.shape[1]):
            i, f, g, o = np.split(x[:, t] @ wi.T + bi + h[k] @ wh.T + bh, 4, axis=1)
            c[k] = sigmoid(f) * c[k] + sigmoid(i) * np.tanh(g)
            h[k] = sigmoid(o) * np.tanh(c[k])
            steps.append(h[k].copy())
        x = np.stack(steps, axis=1)
    return x, h, c


def upsample(x, size):
    """Every cell twice in each direction, cut to the size: source index floor(y / 2)."""
    y = x
    for axis, n in enumerate(size, start=2):
        y = y.repeat_interleave(2, dim=axis).narrow(axis, 0, n)
    assert torch.equal(y, F.interpolate(x, size=tuple(size), mode="nearest"))
    return y


def max_pool(x):
    return (F.max_pool2d if x.dim() == 4 else F.max_pool3d)(x, 2, ceil_mode=True)


def average_pool(x):
    pool = F.avg_pool2d if x.dim() == 4 else F.avg_pool3d
    return pool(x, 2, ceil_mode=True, count_include_pad=False)


ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid,
               "linear": lambda x: x}


def layer_case(file, case, function, values, naive, rng, differences=True, dtype=np.float32,
               **what):
    """function(**tensors) gives one tensor or {"output": ..., others}."""
    def outputs(tensors):
        out = function(**tensors)
        return out if isinstance(out, dict) else {"output": out}

    def run(precision):
        tensors = {k: leaf(v, precision) for k, v in values.items()}
        out = outputs(tensors)
        loss = sum((out[k] * torch.tensor(v, dtype=precision)).sum() for k, v in cotangents.items())
        return out, dict(zip(values, torch.autograd.grad(loss, list(tensors.values()))))

    def scalar(changed):
        out = outputs({k: torch.tensor(v) for k, v in changed.items()})
        return float(sum((out[k] * torch.tensor(v)).sum() for k, v in cotangents.items()))

    first = outputs({k: torch.tensor(v) for k, v in values.items()})
    cotangents = {k: normal(rng, *v.shape) for k, v in first.items()}
    out, gradients = run(torch.float64)
    single, single_gradients = run(torch.float32)
    for k, v in naive.items():
        close(f"{case} {k} by loops", out[k], v, 1e-13)
    for k in out:
        close(f"{case} {k} in float32", single[k], out[k], 2e-6)
    for k in values:
        close(f"{case} gradient of {k} in float32", single_gradients[k], gradients[k], 2e-6)
    if differences:
        check_gradients(case, scalar, values, {k: v.numpy() for k, v in gradients.items()}, rng)
    file.describe(case, **what)
    for k, v in {**values, **out}.items():
        file.put(f"{case}.{k}", v, dtype)
    for k, v in cotangents.items():
        file.put(f"{case}.cotangent" + ("" if k == "output" else f"_{k}"), v, dtype)
    for k, v in gradients.items():
        file.put(f"{case}.grad_{k}", v, dtype)


# name: inputs, outputs, kernel, size, stride, padding, dilation, bias
CONVOLUTIONS = {
    "conv_a": (2, 16, 3, (6, 8), 1, 1, 1, True),
    "conv_b": (16, 8, 3, (5, 7), 1, 1, 1, True),
    "conv_c": (4, 2, 3, (6, 8), 1, 1, 1, True),
    "conv_c_odd": (4, 2, 3, (5, 7), 1, 1, 1, True),
    "conv_wide": (2, 3, 3, (3, 37), 1, 1, 1, True),
    "conv_tiny": (3, 2, 3, (2, 1), 1, 1, 1, True),
    "conv_valid": (2, 3, 3, (5, 7), 1, 0, 1, True),
    "conv_stride": (3, 4, 3, (6, 8), 2, 1, 1, True),
    "conv_stride_odd": (3, 4, 3, (5, 7), 2, 1, 1, True),
    "conv_5x5": (2, 3, 5, (6, 8), 1, 2, 1, True),
    "conv_2x2": (2, 3, 2, (5, 8), 1, 1, 1, True),
    "conv_1x1": (3, 4, 1, (5, 7), 1, 0, 1, False),
    "conv_dilated": (2, 3, 3, (6, 8), 1, 2, 2, True),
    "conv3d_a": (2, 3, 3, (4, 5, 6), 1, 1, 1, True),
    "conv3d_stride": (3, 2, 3, (3, 4, 5), 2, 1, 1, True),
}


def convolutions(file, rng):
    for case, (cin, cout, k, size, stride, padding, dilation, bias) in CONVOLUTIONS.items():
        d = len(size)
        convolve = F.conv2d if d == 2 else F.conv3d
        values = {"input": normal(rng, 2, cin, *size),
                  "weight": normal(rng, cout, cin, *pairs(k, d), scale=(cin * k**d) ** -0.5)}
        if bias:
            values["bias"] = normal(rng, cout)

        def function(input, weight, bias=None, args=(stride, padding, dilation), f=convolve):
            return f(input, weight, bias, *args)

        naive = naive_conv(values["input"], values["weight"], values.get("bias", np.zeros(0)),
                           stride, padding, dilation)
        layer_case(file, case, function, values, {"output": naive}, rng, layer="conv",
                   dimensions=d, inputs=cin, outputs=cout, kernel=k, size=size, stride=stride,
                   padding=padding, dilation=dilation, bias=bias)


def pools(file, rng):
    for kind, function, reduce in (("max_pool", max_pool, np.max),
                                   ("average_pool", average_pool, np.mean)):
        for name, size in (("even", (6, 8)), ("odd", (5, 7)), ("line", (1, 5)),
                           ("3d_odd", (3, 4, 5))):
            x = normal(rng, 2, 3, *size)
            layer_case(file, f"{kind}_{name}", lambda input, f=function: f(input), {"input": x},
                       {"output": naive_pool(x, reduce)}, rng, layer=kind, window=2, stride=2,
                       ceil_mode=True, size=size, note="a partial window has the cells it has")
    # Fields that are zero in solid cells make equal neighbours; PyTorch takes the first of them.
    x = rng.integers(-1, 2, (2, 3, 5, 7)).astype(np.float64)
    layer_case(file, "max_pool_ties", lambda input: max_pool(input), {"input": x},
               {"output": naive_pool(x, np.max)}, rng, differences=False, layer="max_pool", window=2,
               stride=2, ceil_mode=True, size=(5, 7),
               note="all the gradient to the first of equals in row order")
    x, taken = torch.tensor(x), file.tensors["max_pool_ties.grad_input"] != 0
    for n, c, i, j in np.ndindex(2, 3, 3, 4):
        window = x[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2].numpy().ravel()
        mark = taken[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2].ravel()
        assert mark.sum() == 1 and mark[np.argmax(window)], "numpy's argmax is the first"


def other_layers(file, rng):
    for case, size, target in (("upsample_even", (3, 4), (6, 8)), ("upsample_odd", (5, 4), (9, 7)),
                               ("upsample_mixed", (5, 4), (10, 7)),
                               ("upsample_3d_odd", (2, 3, 2), (3, 6, 3))):
        x = normal(rng, 2, 3, *size)
        layer_case(file, case, lambda input, t=target: upsample(input, t), {"input": x},
                   {"output": naive_upsample(x, target)}, rng, layer="upsample", factor=2,
                   size=size, target=target, note="source index floor(y / 2)")
    for case, n, inputs, outputs in (("dense", 4, 5, 3), ("dense_one", 3, 1, 48),
                                     ("dense_latent", 3, 37, 2)):
        values = {"input": normal(rng, n, inputs), "bias": normal(rng, outputs),
                  "weight": normal(rng, outputs, inputs, scale=inputs**-0.5)}
        layer_case(file, case, F.linear, values,
                   {"output": values["input"] @ values["weight"].T + values["bias"]}, rng,
                   layer="dense", inputs=inputs, outputs=outputs)
    x = normal(rng, 4, 9, scale=2.0)
    x[0] = [0, 1e-3, -1e-3, 20, -20, 50, -50, 0.25, -4]
    loops = {"tanh": np.tanh(x), "relu": np.where(x > 0, x, 0), "sigmoid": 1 / (1 + np.exp(-x)),
             "linear": x}
    for case, function in ACTIVATIONS.items():
        layer_case(file, case, lambda input, f=function: f(input), {"input": x},
                   {"output": loops[case]}, rng, layer=case,
                   note="derivative of relu at 0 is 0" if case == "relu" else "")


def lstm(file, rng, case, dtype, start):
    inputs, hidden, steps, batch = 3, 5, 7, 2
    names = [f"{kind}_l{k}" for k in (0, 1) for kind in
             ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    values = {"input": normal(rng, batch, steps, inputs)}
    for name in names:
        columns = inputs if name == "weight_ih_l0" else hidden
        values[name] = normal(rng, 4 * hidden, *([columns] if "weight" in name else []), scale=0.5)
    zero = np.zeros((2, batch, hidden))
    if start:
        values.update(h0=normal(rng, *zero.shape, scale=0.5), c0=normal(rng, *zero.shape))

    def function(input, h0=None, c0=None, **weights):
        net = torch.nn.LSTM(inputs, hidden, 2, batch_first=True).to(input.dtype)
        state = (torch.zeros(zero.shape, dtype=input.dtype),) * 2 if h0 is None else (h0, c0)
        output, (h, c) = torch.func.functional_call(net, weights, (input, state))
        return {"output": output, "h_n": h, "c_n": c} if start else output

    naive = naive_lstm(values["input"],
                       [[values[n] for n in names[:4]], [values[n] for n in names[4:]]],
                       values.get("h0", zero), values.get("c0", zero))
    naive = dict(zip(("output", "h_n", "c_n") if start else ("output",), naive))
    layer_case(file, case, function, values, naive, rng, dtype=dtype, layer="lstm", layers=2,
               inputs=inputs, hidden=hidden, steps=steps, batch=batch, gates="ifgo",
               input_shape="batch, steps, inputs", start="h0, c0" if start else "zero",
               note="both biases are added")


def masked_error(file, rng):
    shape = (3, 2, 5, 7)
    solid = np.zeros(shape[2:], dtype=np.uint8)
    solid[1:4, 2:4] = 1
    volume = rng.uniform(0.25, 2.0, shape[2:]).astype(np.float32).astype(np.float64)
    weight = volume * (1 - solid)
    values = {"prediction": normal(rng, *shape), "target": normal(rng, *shape)}
    values["target"][..., solid == 1] = 1e3  # must not be seen

    def function(prediction, target):
        w = torch.tensor(weight, dtype=prediction.dtype)
        return (w * (prediction - target) ** 2).sum() / (shape[0] * shape[1] * w.sum())

    by_loops = sum(weight[i, j] * np.sum((values["prediction"] - values["target"])[..., i, j] ** 2)
                   for i, j in np.ndindex(*solid.shape)) / (shape[0] * shape[1] * weight.sum())
    layer_case(file, "masked_mse", function, values, {"output": by_loops}, rng, layer="masked_mse",
               note="sum w (y - x)^2 / (N C sum w), w = volume, 0 in solid cells")
    file.put("masked_mse.solid", solid, np.uint8)
    file.put("masked_mse.volume", volume)
    file.put("masked_mse.weight", weight)


def layers():
    file, rng = File("layers.safetensors"), np.random.default_rng(20240611)
    convolutions(file, rng)
    pools(file, rng)
    other_layers(file, rng)
    lstm(file, rng, "lstm_f32", np.float32, start=False)
    lstm(file, rng, "lstm_f64", np.float64, start=False)
    lstm(file, rng, "lstm_state_f64", np.float64, start=True)
    masked_error(file, rng)
    return file
