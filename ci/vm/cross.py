#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Can the judge say no? Each machine's result in DIR is held against what other rows must show, and
it must not fulfil one of another kind."""
import os
import sys

sys.dont_write_bytecode = True

import table
from failure import SKIP
from judge import Result, judge


def main(directory):
    results = [(row, Result(os.path.join(directory, row.name))) for row in table.ROWS]
    results = [(row, r) for row, r in results if not judge(r, row)]
    pairs = wrong = 0
    for row, r in results:
        for other in table.ROWS:
            if other.expect == row.expect or "SEEN" in (row.expect, other.expect):
                continue
            pairs += 1
            if not judge(r, other):
                wrong += 1
                print("%s (%s) was taken for %s (%s)" % (row.name, row.expect, other.name,
                                                         other.expect))
    print("%d results, %d pairs, %d taken for something else" % (len(results), pairs, wrong))
    if not pairs:
        return SKIP
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
