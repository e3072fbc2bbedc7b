#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures of pictures by scikit-image, for tests/unit/statistics.

image_reference.py > image_reference.csv; needs numpy and scikit-image. The pictures are made by
the rule of pictures(), in the test as here. SSIM with the settings of Wang et al. (2004).
"""

import numpy as np
from skimage.metrics import (mean_squared_error, peak_signal_noise_ratio, structural_similarity)


def pictures(width, height, peak, noise):
    """A pattern of integers, and the same with a deviation of up to +-noise, clipped."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    pattern = (x * x + 3 * y * y + 5 * x * y) // 16 % (peak + 1)
    deviation = (x * 7919 + y * 104729 + x * y * 31) % (2 * noise + 1) - noise
    return pattern.astype(float), np.clip(pattern + deviation, 0, peak).astype(float)


def main():
    print("width,height,peak,noise,mse,psnr,ssim")
    for case in ((11, 11, 255, 9), (32, 16, 255, 40), (40, 33, 255, 120), (64, 64, 65535, 9000)):
        width, height, peak, noise = case
        reference, picture = pictures(*case)
        mse = mean_squared_error(reference, picture)
        psnr = peak_signal_noise_ratio(reference, picture, data_range=peak)
        ssim = structural_similarity(reference, picture, data_range=peak, gaussian_weights=True,
                                     sigma=1.5, use_sample_covariance=False)
        print(",".join(map(str, case)) + f",{mse:.17g},{psnr:.17g},{ssim:.17g}")


main()
