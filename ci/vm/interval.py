# SPDX-License-Identifier: GPL-2.0-only
"""What k hits in n runs say: the exact interval of Clopper and Pearson ("The use of confidence or
fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934), and how many clean
runs it takes to call a bug absent."""
import math


def at_most(k, n, p):
    """Probability of k hits or fewer in n runs."""
    return sum(math.comb(n, i) * p ** i * (1 - p) ** (n - i) for i in range(k + 1))


def solve(falls, target):
    """The p in 0..1 at which a function that falls with p reaches the target."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falls(middle) > target else (low, middle)
    return low


def interval(k, n, confidence=0.95):
    """(low, high) of the hit rate."""
    tail = (1 - confidence) / 2
    if not n:
        return 0.0, 1.0
    low = solve(lambda p: at_most(k - 1, n, p), 1 - tail) if k else 0.0
    high = solve(lambda p: at_most(k, n, p), tail) if k < n else 1.0
    return low, high


def runs_needed(rate, confidence):
    """Clean runs after which a bug that hits with this rate would have been seen with this
    confidence."""
    return max(1, math.ceil(math.log(1 - confidence) / math.log(1 - rate)))


def text(k, n, confidence=0.95):
    low, high = interval(k, n, confidence)
    return "%d of %d, %g %% interval %.1f to %.1f %%" % (k, n, 100 * confidence, 100 * low, 100 * high)
