#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A timed null step, books and all, against two bare reads of the same clock."""
from common import demand, machine, run, seconds, show, tool, RUNS

machine()
steps, reads, ratios = [], [], []
for _ in range(RUNS):
    reads.append(tool("clock_reads"))
    result = run("[null]\n", "--duration=1s", "--quiet=0", "--warmup=100ms", "--detectors=none")
    steps.append(seconds(result) * 1e9 / result["groups"][0]["storm"]["ops"])
    ratios.append(steps[-1] / reads[-1])
show("two bare reads", reads, "ns")
show("null step", steps, "ns")
demand("a null step costs at most 1.5 times two bare reads",
       show("ratio, pair by pair", ratios, "") <= 1.5)
