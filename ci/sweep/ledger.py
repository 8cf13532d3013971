# SPDX-License-Identifier: GPL-2.0-only
"""Lines of a sweep's ledger for tests that make one up or look at one (bench/sweep/ledger.h)."""
MASK = (1 << 64) - 1


def mix64(x):
    x = (x + 0x9e3779b97f4a7c15) & MASK
    x = ((x ^ (x >> 30)) * 0xbf58476d1ce4e5b9) & MASK
    x = ((x ^ (x >> 27)) * 0x94d049bb133111eb) & MASK
    return x ^ (x >> 31)


def checksum(text):
    """The first field, of the line's other fields."""
    total = len(text.encode())
    for byte in text.encode():
        total = mix64(total ^ byte)
    return "%016x" % total


def texts(path):
    """The lines without their sums."""
    with open(path) as file:
        return [line.split("\t", 1)[1] for line in file.read().splitlines()]


def write(path, lines):
    """Writes the lines, each with its sum."""
    with open(path, "w") as file:
        for text in lines:
            file.write("%s\t%s\n" % (checksum(text), text))
