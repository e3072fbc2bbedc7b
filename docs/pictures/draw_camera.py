#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""draw_camera.py ORIGINAL.pgm RUN... OUT.png: a grey picture and, beside it, what the circuits of
runs of `sengen aqce encode` make of it (decoded.png). Needs nothing beside Python."""

import pathlib
import struct
import sys
import zlib

GAP = 12  # white columns between pictures


def read_pgm(path):
    data = path.read_bytes()
    width, height = map(int, data.split(maxsplit=3)[1:3])
    return width, height, data[-width * height:]


def paeth(left, above, corner):
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))


def read_grey_png(path):
    data, place, packed = path.read_bytes(), 8, b""
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place:place + 8])
        body = data[place + 8:place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 0), f"{path}: not grey of 8 bits"
        if kind == b"IDAT":
            packed += body
        place += 12 + length
    lines, last, pixels = zlib.decompress(packed), bytearray(width), b""
    for y in range(height):
        way = lines[y * (width + 1)]
        line = bytearray(lines[y * (width + 1) + 1:(y + 1) * (width + 1)])
        for x in range(width):
            left = line[x - 1] if x else 0
            corner = last[x - 1] if x else 0
            above = last[x]
            line[x] = (line[x] + (0, left, above, (left + above) // 2,
                                  paeth(left, above, corner))[way]) % 256
        pixels, last = pixels + line, line
    return width, height, pixels


def write_grey_png(path, width, height, pixels):
    def chunk(kind, body):
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    lines = b"".join(b"\0" + pixels[y * width:(y + 1) * width] for y in range(height))
    path.write_bytes(b"\x89PNG\r\n\x1a\n"
                     + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


def main():
    original, *runs, out = map(pathlib.Path, sys.argv[1:])
    pictures = [read_pgm(original)] + [read_grey_png(run / "decoded.png") for run in runs]
    height = pictures[0][1]
    lines = [(b"\xff" * GAP).join(pixels[y * width:(y + 1) * width]
                                  for width, _, pixels in pictures)
             for y in range(height)]
    write_grey_png(out, len(lines[0]), height, b"".join(lines))


if __name__ == "__main__":
    main()
