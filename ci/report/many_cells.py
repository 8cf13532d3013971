#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""many_cells.py FROM TO REPEATS: a sweep of that many repeats out of a small one that is finished:
its cells again and again, without their histograms."""
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../sweep"))
import ledger  # noqa: E402


def main():
    source, target, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
    lines = ledger.texts(source + "/journal")
    seals = [line.split("\t") for line in lines if line.startswith("seal\t")]
    was = next(int(line.split("=")[1]) for line in lines if line.startswith("conf\trepeats"))
    planned = next(int(line.split("\t")[2]) for line in lines if line.startswith("is\tcells\t"))
    cells = planned // was * repeats
    head = []
    for line in lines:
        if line.startswith(("start\t", "seal\t", "end")):
            continue
        if line.startswith("is\tcells\t"):
            line = "is\tcells\t%d" % cells
        elif line.startswith("conf\trepeats"):
            line = "conf\trepeats = %d" % repeats
        head.append(line)
    for number in range(1, cells + 1):
        seal = seals[number % len(seals)]
        shutil.copytree("%s/cells/%05d" % (source, int(seal[1])), "%s/cells/%05d" % (target, number),
                        ignore=shutil.ignore_patterns("hist"))
        head.append("start\t%d\t1" % number)
        head.append("\t".join(["seal", str(number), "1"] + seal[3:]))
    ledger.write(target + "/journal", head)
    for name in ("sweep.conf", "config.orig"):
        shutil.copy(os.path.join(source, name), target)


if __name__ == "__main__":
    main()
