# SPDX-License-Identifier: GPL-2.0-only
"""What a sweep's directory must hold after somebody killed it and it was resumed."""
import os

import ledger


def whole_lines(directory):
    """Sum and text of each; a torn last line does not count."""
    try:
        with open(os.path.join(directory, "journal"), errors="replace") as f:
            text = f.read()
    except FileNotFoundError:
        return []
    return [line.partition("\t")[::2] for line in text.split("\n")[:-1]]


def lines(directory):
    """Of each line its kind and fields."""
    return [text.split("\t") for _, text in whole_lines(directory)]


def damaged(directory):
    """Lines whose sum is wrong."""
    return ["line %d of the ledger is damaged" % number
            for number, (total, text) in enumerate(whole_lines(directory), 1)
            if total != ledger.checksum(text)]


def attempt(cell, number):
    """The directory of a cell's try, as fields of the ledger name them."""
    return "%05d" % int(cell) + ("" if number == "1" else "." + number)


def sealed(directory):
    """What has been sealed: cell, and the bytes of its result; none where it was given up as lost."""
    found = {}
    for line in lines(directory):
        if line[0] != "seal":
            continue
        try:
            with open(os.path.join(directory, "cells", attempt(*line[1:3]), "result.json"), "rb") as f:
                found[line[1]] = f.read()
        except FileNotFoundError:
            found[line[1]] = b""
        # SIZE is the sixth field: what was sealed is whole.
        assert len(found[line[1]]) == int(line[6]), "cell %s: %d bytes, %s were sealed" % (
            line[1], len(found[line[1]]), line[6])
    return found


def complaints(directory, cells, before):
    """What is wrong in a sweep that was resumed to its end. @before: sealed() of then."""
    out, done = damaged(directory), set()
    seals = [line[1] for line in lines(directory) if line[0] == "seal"]
    if sorted(seals, key=int) != [str(cell) for cell in range(1, cells + 1)]:
        out.append("sealed: %s" % " ".join(seals))
    for line in lines(directory):
        if line[0] == "start" and line[1] in done:
            out.append("cell %s was run again after it was sealed" % line[1])
        if line[0] == "seal":
            done.add(line[1])
    try:
        after = sealed(directory)
    except AssertionError as e:
        return out + [str(e)]
    return out + ["the result of cell %s is another" % cell for cell in before
                  if after.get(cell) != before[cell]]
