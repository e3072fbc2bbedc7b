# SPDX-License-Identifier: Apache-2.0
"""Makes layers, optimisers, mdae_small and mdae_variants .safetensors: networks by PyTorch.

nn_reference.py [--check]       (torch 2.13.0, numpy 2.4.6, safetensors 0.8.0; 5 s)
Everything is computed in float64 from inputs that are exact in float32; what is stored as float32
is the rounded result, so a test's tolerance is for the tested program alone. Every case is held
against plain numpy loops, central differences along random directions and PyTorch in float32
before it is written. --check writes nothing and compares with the files that lie here.
Gradients are those of sum(output * cotangent), for whole networks those of the loss.
"""
import sys

import torch

from reference_layers import layers
from reference_networks import known_sizes, networks
from reference_optimisers import optimisers


def main():
    check = sys.argv[1:] == ["--check"]
    assert check or not sys.argv[1:], __doc__
    torch.set_num_threads(1)
    known_sizes()
    for file in (layers(), optimisers(), *networks()):
        file.finish(check)


main()
