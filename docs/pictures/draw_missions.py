#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""draw_missions.py NAME=FOLDER... >missions.svg: flights of `sengen gtopx trajectory`, seen from
the north of the ecliptic, a panel each. Distances from the Sun are drawn as square roots."""

import csv
import math
import sys

ORBITS = {"Mercury": 0.387, "Venus": 0.723, "Earth": 1, "Mars": 1.524, "Jupiter": 5.203,
          "Saturn": 9.537}
COLOURS = {"Mercury": "#8c8c8c", "Venus": "#c9a227", "Earth": "#2166ac", "Mars": "#b2182b",
           "Jupiter": "#a6611a", "Saturn": "#7b6aa0"}
AU, SIZE, MARGIN, COLUMNS = 149597870.66, 240, 26, 3


def rows(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file))


def place(row):
    x, y = float(row["x_km"]) / AU, float(row["y_km"]) / AU
    radius = math.hypot(x, y)
    return x / math.sqrt(radius), y / math.sqrt(radius)


def panel(name, folder, left, top):
    path, events = rows(f"{folder}/path.csv"), rows(f"{folder}/events.csv")
    # The coast out of the planets' realm would leave them no room.
    inside = [row for row in path if math.hypot(*place(row)) < math.sqrt(11)]
    scale = (SIZE / 2 - MARGIN) / max(math.hypot(*place(row)) for row in inside)
    middle = left + SIZE / 2, top + SIZE / 2 + 6

    def spot(row):
        x, y = place(row)
        return middle[0] + scale * x, middle[1] - scale * y

    lines = [f'<text x="{left + 8}" y="{top + 16}" font-weight="bold">{name}</text>',
             f'<circle cx="{middle[0]}" cy="{middle[1]}" r="3" fill="#f5b800"/>']
    for planet in {row["body"] for row in events} & set(ORBITS):
        lines.append(f'<circle cx="{middle[0]}" cy="{middle[1]}" fill="none" '
                     f'r="{scale * math.sqrt(ORBITS[planet]):.1f}" stroke="{COLOURS[planet]}" '
                     'stroke-width="0.6" stroke-dasharray="3 2"/>')
    arcs = sorted({row["arc"] for row in inside}, key=int)
    for arc in arcs:
        points = [row for row in inside if row["arc"] == arc]
        points = points[::max(1, len(points) // 150)] + points[-1:]
        spots = " ".join("{:.1f},{:.1f}".format(*spot(row)) for row in points)
        lines.append(f'<polyline points="{spots}" fill="none" stroke="#444" stroke-width="1"/>')
    for row in events:
        if math.hypot(*place(row)) > math.sqrt(11):
            continue
        x, y = spot(row)
        colour = COLOURS.get(row["body"], "#d7301f" if row["event"] == "manoeuvre" else "#1b7837")
        radius = 2 if row["event"] == "manoeuvre" else 3.5
        lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>')
    return lines


def main():
    flights = [argument.split("=", 1) for argument in sys.argv[1:]]
    width, height = COLUMNS * SIZE, -(-len(flights) // COLUMNS) * SIZE
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
          'font-family="sans-serif" font-size="12">')
    print(f'<rect width="{width}" height="{height}" fill="white"/>')
    for i, (name, folder) in enumerate(flights):
        print("\n".join(panel(name, folder, i % COLUMNS * SIZE, i // COLUMNS * SIZE)))
    print("</svg>")


main()
