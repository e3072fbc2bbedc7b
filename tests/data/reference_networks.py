# SPDX-License-Identifier: Apache-2.0
"""mdae_small and mdae_variants .safetensors: autoencoders with a decoder for every mode.

Encoder: convolution 3x3, activation, pool 2x2 for every channel count; flat in the order channel,
y, x; dense; activation = latents. Decoder k: dense of latent k (joint: of all), activation, planes,
then nearest upsampling to the encoder's size, convolution, activation; the last is linear. Output:
the sum of the decoders (Murata, Fukami, Fukagata, J. Fluid Mech. 882, A13, 2020).
"""
import numpy as np
import torch
import torch.nn.functional as F

from reference_file import File, check_gradients, close, leaf, normal
from reference_layers import (ACTIVATIONS, average_pool, max_pool, naive_conv, naive_pool,
                              naive_upsample, upsample)


class Network:
    """The autoencoder as functions of a dictionary of tensors, names as in the files."""

    def __init__(self, height, width, encoder, modes=2, components=2, activation="tanh",
                 pool="max", joint=False, decoder=None):
        self.encoder, self.modes, self.components, self.joint = encoder, modes, components, joint
        self.decoder = (encoder[::-1][1:] if decoder is None else decoder) + [components]
        assert len(self.decoder) == len(encoder)
        self.activation, self.pool = ACTIVATIONS[activation], pool
        self.sizes = [(height, width)]
        for _ in encoder:
            self.sizes.append(tuple((n + 1) // 2 for n in self.sizes[-1]))
        features = encoder[-1] * self.sizes[-1][0] * self.sizes[-1][1]
        self.shapes = {}
        for i, (a, b) in enumerate(zip([components] + encoder, encoder)):
            self.layer(f"encoder.conv.{i}", b, a, 3, 3)
        self.layer("encoder.dense", modes, features)
        self.decoders = 1 if joint else modes
        for k in range(self.decoders):
            self.layer(f"decoder.{k}.dense", features, modes if joint else 1)
            for i, (a, b) in enumerate(zip([encoder[-1]] + self.decoder, self.decoder)):
                self.layer(f"decoder.{k}.conv.{i}", b, a, 3, 3)

    def layer(self, name, outputs, *inputs):
        self.shapes[f"{name}.weight"] = (outputs, *inputs)
        self.shapes[f"{name}.bias"] = (outputs,)

    def parameters(self, part=""):
        return sum(int(np.prod(s)) for n, s in self.shapes.items() if n.startswith(part))

    def weights(self, rng):
        """Weights of variance 1.5 / inputs, and biases, so that nothing is zero or saturated."""
        return {name: normal(rng, *shape, scale=0.2 if name.endswith("bias") else
                             (1.5 / np.prod(shape[1:])) ** 0.5)
                for name, shape in self.shapes.items()}

    def encode(self, p, x, margins):
        for i, size in enumerate(self.sizes[1:]):
            stride = 2 if self.pool == "strided" else 1
            x = F.conv2d(x, p[f"encoder.conv.{i}.weight"], p[f"encoder.conv.{i}.bias"], stride, 1)
            margins.append(kink(self.activation, x))
            x = self.activation(x)
            if self.pool == "max":
                margins.append(tie(x))
                x = max_pool(x)
            elif self.pool == "average":
                x = average_pool(x)
            assert tuple(x.shape[2:]) == size
        x = F.linear(x.flatten(1), p["encoder.dense.weight"], p["encoder.dense.bias"])
        margins.append(kink(self.activation, x))
        return self.activation(x)

    def decode(self, p, k, r, margins):
        x = F.linear(r, p[f"decoder.{k}.dense.weight"], p[f"decoder.{k}.dense.bias"])
        margins.append(kink(self.activation, x))
        x = self.activation(x).reshape(-1, self.encoder[-1], *self.sizes[-1])
        for i, size in enumerate(self.sizes[-2::-1]):
            name = f"decoder.{k}.conv.{i}"
            x = F.conv2d(upsample(x, size), p[f"{name}.weight"], p[f"{name}.bias"], 1, 1)
            if i + 1 < len(self.decoder):
                margins.append(kink(self.activation, x))
                x = self.activation(x)
        return x

    def run(self, p, x, target=None):
        margins = []
        latents = self.encode(p, x, margins)
        decoded = [self.decode(p, k, latents if self.joint else latents[:, k:k + 1], margins)
                   for k in range(self.decoders)]
        output = sum(decoded[1:], decoded[0])
        loss = ((output - (x.detach() if target is None else target)) ** 2).mean()
        return {"latents": latents, "decoded": decoded, "output": output, "loss": loss,
                "margin": min(margins)}


def by_loops(p, x, encoder, activation="tanh", pool="max", modes=2, joint=False, **_):
    """Latents, decoded fields and output in numpy, from the names of the weights alone."""
    act = {"tanh": np.tanh, "relu": lambda v: np.maximum(v, 0), "linear": lambda v: v,
           "sigmoid": lambda v: 1 / (1 + np.exp(-v))}[activation]
    sizes = []
    for i in range(len(encoder)):
        sizes.insert(0, x.shape[2:])
        stride = 2 if pool == "strided" else 1
        x = act(naive_conv(x, p[f"encoder.conv.{i}.weight"], p[f"encoder.conv.{i}.bias"],
                           stride, 1))
        if pool != "strided":
            x = naive_pool(x, np.max if pool == "max" else np.mean)
    rows = p["encoder.dense.weight"].reshape(-1, *x.shape[1:])
    latents = act(np.einsum("ncyx,mcyx->nm", x, rows) + p["encoder.dense.bias"])
    decoded = []
    for k in range(1 if joint else modes):
        name = f"decoder.{k}"
        y = latents if joint else latents[:, [k]]
        y = act(y @ p[f"{name}.dense.weight"].T + p[f"{name}.dense.bias"]).reshape(x.shape)
        for i, size in enumerate(sizes):
            y = naive_conv(naive_upsample(y, size), p[f"{name}.conv.{i}.weight"],
                           p[f"{name}.conv.{i}.bias"], 1, 1)
            y = act(y) if i + 1 < len(sizes) else y
        decoded.append(y)
    return latents, decoded, np.sum(decoded, axis=0)


def kink(activation, x):
    return float(x.detach().abs().min()) if activation is torch.relu else np.inf


def tie(x):
    """The smallest lead of a window's largest value; windows of zeros behind ReLU don't count."""
    x = F.pad(x.detach(), (0, x.shape[3] % 2, 0, x.shape[2] % 2), value=-np.inf)
    windows = F.unfold(x.flatten(0, 1)[:, None], 2, stride=2)
    top = windows.topk(2, dim=1).values
    return float(torch.where(top[:, 0] == 0, np.inf, top[:, 0] - top[:, 1]).min())


def alive(net, latents):
    """ReLU: every latent at work in some samples, one asleep somewhere."""
    on = latents > 0
    return net.activation is not torch.relu or bool(on.sum(0).min() > 0 and not on.all())


def network_case(file, case, batch, **options):
    net = Network(**options)
    for seed in range(1000):  # no tie or kink within reach of float32's rounding
        rng = np.random.default_rng([20240613, seed])
        p = net.weights(rng)
        x = normal(rng, batch, net.components, *net.sizes[0], scale=0.5)
        found = net.run({k: torch.tensor(v) for k, v in p.items()}, torch.tensor(x))
        if found["margin"] > 5e-6 and alive(net, found["latents"]):
            break
    else:
        raise AssertionError(f"{case}: no seed without ties")

    def train(precision):
        tensors, field = {k: leaf(v, precision) for k, v in p.items()}, leaf(x, precision)
        first = net.run(tensors, field)
        leaves = {**tensors, "latents": first["latents"], "input": field}
        gradients = torch.autograd.grad(first["loss"], list(leaves.values()))
        optimiser, losses = torch.optim.Adam(tensors.values(), lr=1e-3), []
        for _ in range(3):
            optimiser.zero_grad()
            loss = net.run(tensors, field.detach())["loss"]
            losses.append(float(loss.detach()))
            loss.backward()
            optimiser.step()
        losses.append(float(net.run(tensors, field.detach())["loss"].detach()))
        return first, dict(zip(leaves, gradients)), losses

    def scalar(values):
        tensors = {k: torch.tensor(v) for k, v in values.items()}
        return float(net.run(tensors, tensors.pop("input"), torch.tensor(x))["loss"])

    first, gradients, losses = train(torch.float64)
    single, single_gradients, single_losses = train(torch.float32)
    worst = max(close(f"{case} gradient of {k} in float32", single_gradients[k], g, 2e-5)
                for k, g in gradients.items())
    latents, decoded, output = by_loops(p, x, **options)
    close(f"{case} latents by loops", first["latents"], latents, 1e-13)
    for k, field in enumerate(decoded):
        close(f"{case} decoder {k} by loops", first["decoded"][k], field, 1e-13)
    close(f"{case} output by loops", first["output"], output, 1e-13)
    close(f"{case} loss by loops", first["loss"], np.mean((output - x) ** 2), 1e-13)
    close(f"{case} output in float32", single["output"], first["output"], 2e-6)
    close(f"{case} losses in float32", single_losses, np.array(losses), 2e-6)
    check_gradients(case, scalar, {**p, "input": x},
                    {k: g.numpy() for k, g in gradients.items() if k != "latents"}, rng, 2e-5)
    assert losses[3] < losses[0]

    file.describe(case, **{"modes": 2, "components": 2, "activation": "tanh", "pool": "max",
                           "joint": False, **options, "decoder": net.decoder[:-1]}, batch=batch,
                  sizes=net.sizes, parameters=net.parameters(), learning_rate=1e-3,
                  note="losses: before any step and after 1, 2, 3 steps of Adam; grad.input: "
                  "through the network, the target held")
    for key, value in {"input": x, **p, "latents": first["latents"], "output": first["output"],
                       **{f"grad.{k}": g for k, g in gradients.items()},
                       **{f"decoded.{k}": d for k, d in enumerate(first["decoded"])}}.items():
        file.put(f"{case}.{key}", value)
    file.put(f"{case}.loss", first["loss"], np.float64)
    file.put(f"{case}.losses", losses, np.float64)
    print(f"{case}: seed {seed}, margin {found['margin']:.1e}, gradients in float32 within "
          f"{worst:.1e}, losses {losses[0]:.6f} to {losses[3]:.6f}")


def known_sizes():
    paper = Network(192, 384, [16, 8, 8, 8, 4, 4])
    assert paper.decoder == [4, 8, 8, 8, 16, 2]
    assert paper.parameters() == 9646 and paper.parameters("encoder") == 3218
    assert paper.parameters("decoder.0") == paper.parameters("decoder.1") == 3214
    assert Network(48, 96, [16, 8, 8, 4], decoder=[4, 8, 16]).parameters() == 6578
    assert Network(48, 96, [16, 8, 8, 4], decoder=[4, 8, 16], joint=True).parameters() == 4604


def networks():
    small = File("mdae_small.safetensors")
    network_case(small, "tanh_24x32", 3, height=24, width=32, encoder=[16, 8, 4])
    network_case(small, "tanh_11x14", 3, height=11, width=14, encoder=[8, 4])
    variants, size = File("mdae_variants.safetensors"), dict(height=7, width=10, encoder=[4, 3])
    for activation in ("relu", "sigmoid", "linear"):
        network_case(variants, activation, 3, activation=activation, **size)
    network_case(variants, "average", 2, pool="average", **size)
    network_case(variants, "strided", 2, pool="strided", **size)
    network_case(variants, "joint", 2, joint=True, **size)
    network_case(variants, "three_modes", 2, height=9, width=13, encoder=[4, 3, 3], decoder=[5, 4],
                 modes=3, components=1)
    return small, variants
