# SPDX-License-Identifier: GPL-2.0-only
"""Good, bad or can't tell: as many machines as the answer needs.

One FAIL, or a machine that was lost, is proof that the bug is there. Its absence is proved by clean
runs: after n of them a bug that hits with the rate r would have been seen with the confidence
1 - (1 - r)^n. Runs that say nothing (SKIP, NOT EXERCISED, BROKEN) count for neither."""
import functools
import os
import re

import interval
from failure import CANT_TELL, LOST

GOOD, BAD = 0, 1
SILENT_MAX = 3  # runs in a row that say nothing
EVENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../stress/contract/event.h")


@functools.lru_cache(maxsize=None)
def findings():
    """The kinds of events that are harm."""
    with open(EVENTS) as f:
        return re.findall(r"^\tX\((\w+), FINDING,", f.read(), re.MULTILINE)


def hit(code):
    """True: the bug is there, False: this run was clean, None: it says nothing (so
    does a machine that never came up, or was still at work when the time limit came)."""
    return {0: False, 1: True, LOST: True}.get(code)


class Answer:
    def __init__(self, rate, confidence, runs=0):
        self.rate, self.confidence = rate, confidence
        self.needed = interval.runs_needed(rate, confidence)
        self.at_least = runs
        self.hits = self.clean = self.silent = self.silent_in_a_row = 0

    def take(self, code):
        found = hit(code)
        if found is None:
            self.silent += 1
            self.silent_in_a_row += 1
            return
        self.silent_in_a_row = 0
        if found:
            self.hits += 1
        else:
            self.clean += 1

    def total(self):
        return self.hits + self.clean

    def code(self):
        """None: another run is needed."""
        if self.silent_in_a_row >= SILENT_MAX:
            return BAD if self.hits else CANT_TELL
        if self.total() < self.at_least:
            return None
        if self.hits:
            return BAD
        return GOOD if self.clean >= self.needed else None

    def text(self):
        word = {GOOD: "good", BAD: "bad", CANT_TELL: "can't tell", None: "unfinished"}[self.code()]
        silent = "; %d runs said nothing" % self.silent if self.silent else ""
        told = "%s: hits %s%s" % (word, interval.text(self.hits, self.total(), self.confidence),
                                  silent)
        if self.code() == GOOD:
            told += "; a bug that hits in %g %% of the runs would have been seen with %.1f %%" % (
                100 * self.rate, 100 * (1 - (1 - self.rate) ** self.clean))
        return told
