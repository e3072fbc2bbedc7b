#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The peer of the training bench: the two-mode autoencoder of flow modes in PyTorch on the CPU.

pytorch_training.py --setting SETTING [--grid 384x192|96x48] [--batch N] [--threads N] [--seconds S]

A step is zero_grad, forward, mean squared error, backward, Adam; float32; the batch lies ready in
memory. Prints one JSON line. SETTING is `default` (plain eager PyTorch), `best` (every combination
of BEST in a process of its own, then the fastest of them) or words joined by +:
  channels_last  weights, fields and activations with the channel innermost
  heap           glibc keeps and reuses memory: MALLOC_MMAP_MAX_=0 and no trimming
  thp            THP_MEM_ALLOC_ENABLE=1, PyTorch's switch for huge pages
  compile        torch.compile (needs a C++ compiler; the first step takes up to a minute)
  fused          Adam in one kernel
  microN         the batch in pieces of N samples, gradients added: the same step, less memory
  pool_first     tanh after max-pool instead of before: the same function, a quarter of the tanh
samples_per_second is that of the fastest step, median of the median one; loss that of step 7, the
same for every setting. cpu_share is processor time over (time x threads): below 0.95 there was
other work on the machine, and the figures say nothing. With one thread samples_per_cpu_second still
does then.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

GRIDS = {"384x192": (192, 384, [16, 8, 8, 8, 4, 4], [4, 8, 8, 8, 16], 100, 9646),
         "96x48": (48, 96, [16, 8, 8, 4], [4, 8, 16], 16, 6578)}
ENVIRONMENT = {
    "heap": {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 40),
             "MALLOC_TOP_PAD_": str(256 << 20)},
    "thp": {"THP_MEM_ALLOC_ENABLE": "1"},
}
WORDS = {"eager", "channels_last", "heap", "thp", "compile", "fused", "pool_first"}
BEST = ["eager", "heap+fused", "channels_last+fused", "channels_last+heap+fused",
        "channels_last+heap+thp+fused", "channels_last+heap+fused+pool_first",
        "channels_last+heap+fused+micro{quarter}", "compile+heap+fused",
        "compile+channels_last+heap+fused", "compile+channels_last+heap+fused+pool_first"]
CANDIDATE_SECONDS = 400
MEASURED_STEPS = 5  # at least, after two that are not


def make_network(torch, grid, words):
    """Names and order of operations as in sengen's network; tensors [N, component, y, x]."""
    nn, functional = torch.nn, torch.nn.functional
    height, width, encoder, decoder, _, parameters = GRIDS[grid]
    levels = 2 ** len(encoder)
    plane = (encoder[-1], height // levels, width // levels)
    features = plane[0] * plane[1] * plane[2]
    layout = torch.channels_last if "channels_last" in words else torch.contiguous_format

    def convolutions(channels):
        return nn.ModuleList(nn.Conv2d(a, b, 3, padding=1)
                             for a, b in zip(channels, channels[1:]))

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.dense = convolutions([2, *encoder]), nn.Linear(features, 2)

        def forward(self, x):
            for conv in self.conv:
                if "pool_first" in words:
                    x = torch.tanh(functional.max_pool2d(conv(x), 2))
                else:
                    x = functional.max_pool2d(torch.tanh(conv(x)), 2)
            return torch.tanh(self.dense(x.flatten(1)))

    class Decoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.dense = nn.Linear(1, features)
            self.conv = convolutions([plane[0], *decoder, 2])

        def forward(self, r):
            x = torch.tanh(self.dense(r)).view(-1, *plane).contiguous(memory_format=layout)
            for conv in self.conv[:-1]:
                x = torch.tanh(conv(functional.interpolate(x, scale_factor=2, mode="nearest")))
            return self.conv[-1](functional.interpolate(x, scale_factor=2, mode="nearest"))

    class Autoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.decoder = Encoder(), nn.ModuleList([Decoder(), Decoder()])

        def forward(self, x):
            r = self.encoder(x)
            return self.decoder[0](r[:, 0:1]) + self.decoder[1](r[:, 1:2])

    torch.manual_seed(0)
    network = Autoencoder().to(memory_format=layout)
    if sum(p.numel() for p in network.parameters()) != parameters:
        raise RuntimeError(f"this is not the network: {parameters} parameters expected")
    return network


def make_batch(torch, grid, batch, words):
    """A travelling wave of amplitude 0.3 with another phase in every sample."""
    height, width = GRIDS[grid][:2]
    phase = torch.arange(batch).view(-1, 1, 1) * 2.399
    y = torch.linspace(-1, 1, height).view(1, -1, 1)
    x = torch.linspace(0, 4, width).view(1, 1, -1)
    angle = 6.2832 * 0.75 * x - phase
    field = torch.stack([torch.sin(angle) * torch.sin(3 * y), torch.cos(angle) * torch.exp(-y * y)],
                        dim=1) * 0.3
    if "channels_last" in words:
        return field.contiguous(memory_format=torch.channels_last)
    return field.contiguous()


def make_step(torch, network, field, words):
    compiled = torch.compile(network) if "compile" in words else network
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, fused="fused" in words)
    piece = next((int(w[5:]) for w in words if w.startswith("micro")), len(field))
    if len(field) % piece:
        raise ValueError(f"micro{piece}: the batch of {len(field)} is no multiple of it")

    def step():
        adam.zero_grad(set_to_none=True)
        total = 0.0
        for part in field.split(piece):
            loss = torch.nn.functional.mse_loss(compiled(part), part)
            (loss if piece == len(field) else loss * (piece / len(field))).backward()
            total += loss.item() * piece / len(field)
        adam.step()
        return total

    return step


def measure(arguments):
    words = arguments.setting.replace("default", "eager").split("+")
    for word in words:
        if word not in WORDS and not (word.startswith("micro") and word[5:].isdigit()):
            raise ValueError(f"no setting '{word}': see --help")
    wanted = {k: v for word in words for k, v in ENVIRONMENT.get(word, {}).items()}
    if any(os.environ.get(k) != v for k, v in wanted.items()):
        os.environ.update(wanted)  # malloc reads its variables when a program starts
        os.execv(sys.executable, [sys.executable, *sys.argv])
    import torch
    torch.set_num_threads(arguments.threads)
    network = make_network(torch, arguments.grid, words)
    field = make_batch(torch, arguments.grid, arguments.batch, words)
    step = make_step(torch, network, field, words)
    began = time.perf_counter()
    step()
    first = time.perf_counter() - began
    step()
    seconds, busy, loss, began = [], [], 0.0, time.perf_counter()
    while len(seconds) < MEASURED_STEPS or time.perf_counter() - began < arguments.seconds:
        start, cpu = time.perf_counter(), time.process_time()
        latest = step()
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - cpu)
        loss = latest if len(seconds) == MEASURED_STEPS else loss
    return {"setting": arguments.setting, "grid": arguments.grid, "batch": arguments.batch,
            "threads": arguments.threads, "torch": torch.__version__,
            "samples_per_second": round(arguments.batch / min(seconds), 2),
            "median": round(arguments.batch / statistics.median(seconds), 2),
            "loss": loss, "steps": len(seconds) + 2, "first_step_seconds": round(first, 2),
            "samples_per_cpu_second": round(arguments.batch / min(busy), 2),
            "cpu_share": round(sum(busy) / sum(seconds) / arguments.threads, 3),
            "step_seconds": [round(s, 5) for s in seconds]}


def best(arguments):
    results, tried = [], {}
    for setting in (name.format(quarter=max(1, arguments.batch // 4)) for name in BEST):
        command = [sys.executable, os.path.abspath(__file__), "--setting", setting,
                   "--grid", arguments.grid, "--batch", str(arguments.batch),
                   "--threads", str(arguments.threads), "--seconds", str(arguments.seconds)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=True,
                                 timeout=CANDIDATE_SECONDS)
            results.append(json.loads(run.stdout.splitlines()[-1]))
            tried[setting] = [results[-1]["samples_per_second"], results[-1]["median"]]
        except subprocess.TimeoutExpired:
            tried[setting] = f"not done in {CANDIDATE_SECONDS} s"
        except subprocess.CalledProcessError as error:
            tried[setting] = (error.stderr.strip().splitlines() or ["no message"])[-1]
    fastest = max(results, key=lambda r: r["samples_per_second"])
    return {**fastest, "setting": "best", "combination": fastest["setting"], "tried": tried}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--setting", default="default")
    parser.add_argument("--grid", choices=sorted(GRIDS), default="384x192")
    parser.add_argument("--batch", type=int, default=0)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    arguments.batch = arguments.batch or GRIDS[arguments.grid][4]
    print(json.dumps((best if arguments.setting == "best" else measure)(arguments)))


main()
