#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""picture.py FILE.svg|FILE.png [CHECK...]: whether a plot by gnuplot shows what it should.

Of an svg: no two labels lie over each other or beyond the border, and each CHECK holds:
  NAME=N        the curve or the marks of that name in the key have N points or more
  NAME^US       the curve's highest point is at so many microseconds, by the labels of its axis
  says:TEXT     there is a label that holds TEXT
Of a png: 640 pixels wide, with colours=N colours besides black, white and grey."""
import re
import struct
import sys
import zlib
import xml.etree.ElementTree as tree
from collections import Counter

SVG = "{http://www.w3.org/2000/svg}"
UNIT_US = {"ns": 1e-3, "us": 1, "ms": 1e3, "s": 1e6}
NUMBER = r"(-?[0-9.]+)"


class Label:
    """A text with the box that it takes; a sans-serif character is about 0.55 of its height wide."""

    def __init__(self, text, group):
        place = group.get("transform")
        self.text = text
        x, y = map(float, re.search(r"translate\(%s,%s\)" % (NUMBER, NUMBER), place).groups())
        high = 0.75 * float(group.get("font-size"))
        wide = 0.55 * float(group.get("font-size")) * len(text)
        left = {"start": 0, "middle": wide / 2, "end": wide}[group.get("text-anchor", "start")]
        turned = re.search(r"rotate\(%s\)" % NUMBER, place)
        if turned and float(turned.group(1)) == 270:
            self.box = (x - high, y - wide + left, x, y + left)
        else:
            self.box = (x - left, y - high, x - left + wide, y)
        self.slanted = bool(turned) and float(turned.group(1)) != 270

    def overlaps(self, other):
        a, b = self.box, other.box
        return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def labels(root):
    found = []
    for group in root.iter(SVG + "g"):
        for text in group.findall(SVG + "text"):
            words = "".join(text.itertext()).strip()
            if words:
                found.append(Label(words, group))
    return found


def check_labels(root):
    width, height = map(float, root.get("viewBox").split()[2:])
    seen = [label for label in labels(root) if not label.slanted]
    for i, label in enumerate(seen):
        left, top, right, bottom = label.box
        # The estimate of a width is rough: only what is clearly beyond the border is wrong.
        if left < -10 or top < 0 or right > width + 10 or bottom > height:
            sys.exit("%r lies beyond the border" % label.text)
        for other in seen[:i]:
            if label.overlaps(other):
                sys.exit("%r lies over %r" % (label.text, other.text))


def points(group):
    """Of a curve or of marks, without what shows them in the key."""
    found = []
    for element in group.iter():
        if element.tag == SVG + "path":
            found += [tuple(map(float, p)) for p in re.findall(r"[ML ]%s,%s" % (NUMBER, NUMBER),
                                                             " " + element.get("d", ""))]
        elif element.tag == SVG + "use":
            if element.get("x"):
                found.append((float(element.get("x")), float(element.get("y"))))
            else:
                found.append(tuple(map(float, re.search(r"translate\(%s,%s\)" % (NUMBER, NUMBER),
                                                        element.get("transform")).groups())))
        elif element.tag == SVG + "polygon":
            found.append(tuple(map(float, re.search(NUMBER + "," + NUMBER,
                                                    element.get("points")).groups())))
    return found


def in_panel(root, places):
    """Those within the first pair of axes; the key of each plot is outside."""
    left, top, right, bottom = panel(root)
    return [(x, y) for x, y in places
            if left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1]


def panel(root):
    ticks = axis(root)
    for path in root.iter(SVG + "path"):
        corners = re.findall(r"[ML]%s,%s" % (NUMBER, NUMBER), path.get("d", ""))
        if path.get("stroke") == "black" and len(corners) >= 3:
            (x0, y0), (x1, y1), (x2, y2) = [tuple(map(float, c)) for c in corners[:3]]
            if x0 == x1 and y1 == y2 and y1 > y0 and all(y0 - 1 <= y <= y1 + 1 for y, _ in ticks):
                return x0, y0, x2, y1
    sys.exit("there are no axes")


def axis(root):
    """(y, microseconds) of each tick that is labelled with a latency."""
    ticks = []
    for group in root.iter(SVG + "g"):
        path = None
        for child in group:
            if child.tag == SVG + "path":
                path = child
            text = child.find(SVG + "text")
            value = re.fullmatch(r"([0-9]+) (ns|us|ms|s)", "".join(text.itertext()).strip()
                                 ) if text is not None else None
            if value and path is not None:
                y = float(re.match(r"M%s,%s" % (NUMBER, NUMBER), path.get("d")).group(2))
                ticks.append((y, int(value.group(1)) * UNIT_US[value.group(2)]))
    return ticks


def highest_us(root, places):
    from math import log10
    ticks = axis(root)
    (y0, us0), (y1, us1) = ticks[0], ticks[-1]
    top = min(y for _, y in places)
    return 10 ** (log10(us0) + (top - y0) / (y1 - y0) * (log10(us1) - log10(us0)))


def check_svg(name, checks):
    root = tree.parse(name).getroot()
    check_labels(root)
    groups = {}
    for group in root.iter(SVG + "g"):
        title = group.find(SVG + "title")
        if title is not None and title.text:
            groups[title.text] = group
    for check in checks:
        if check.startswith("says:"):
            if not any(check[5:] in label.text for label in labels(root)):
                sys.exit("it does not say %s" % check[5:])
            continue
        curve, kind, number = re.fullmatch(r"(.*)([=^])([0-9.]+)", check).groups()
        if curve not in groups:
            sys.exit("no %r among %s" % (curve, sorted(groups)))
        places = points(groups[curve])
        if kind == "=" and len(places) < float(number) + 1:
            sys.exit("%r: %d points with those of its key, wanted %s" % (curve, len(places), number))
        if kind == "^":
            us = highest_us(root, in_panel(root, places))
            if not 0.93 < us / float(number) < 1.07:
                sys.exit("%r: highest at %g us, wanted %s" % (curve, us, number))


def pixels(name):
    """Rows of (r, g, b) of a png with 8 bits a channel (RFC 2083)."""
    with open(name, "rb") as file:
        data = file.read()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    size = {2: 3, 6: 4}[kind]
    if data[:8] != b"\x89PNG\r\n\x1a\n" or depth != 8:
        sys.exit("not a png of 8 bits")
    packed, at = b"", 8
    while at < len(data):
        length, = struct.unpack(">I", data[at:at + 4])
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + length]
        at += length + 12
    raw, before, rows = zlib.decompress(packed), bytearray(width * size), []
    for y in range(height):
        start = y * (width * size + 1)
        row = bytearray(raw[start + 1:start + 1 + width * size])
        undo_filter(raw[start], row, before, size)
        rows.append([tuple(row[x:x + 3]) for x in range(0, len(row), size)])
        before = row
    return rows


def undo_filter(kind, row, before, size):
    for i in range(len(row)):
        a, b = row[i - size] if i >= size else 0, before[i]
        c = before[i - size] if i >= size else 0
        p = a + b - c
        nearest = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        row[i] = (row[i] + (0, a, b, (a + b) // 2, nearest)[kind]) & 255


def check_png(name, checks):
    rows = pixels(name)
    wanted = int(dict(c.split("=") for c in checks).get("colours", 2))
    inked = Counter(p for row in rows for p in row if max(p) - min(p) > 40)
    colours = [c for c, n in inked.items() if n >= 20]
    if len(rows[0]) != 640:
        sys.exit("%d pixels wide" % len(rows[0]))
    if len(colours) < wanted:
        sys.exit("%d colours, wanted %d" % (len(colours), wanted))


def main():
    check = check_png if sys.argv[1].endswith(".png") else check_svg
    check(sys.argv[1], sys.argv[2:])


if __name__ == "__main__":
    main()
