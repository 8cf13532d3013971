#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Folio splits per second of limit_split against a bare two-thread loop of the same system calls."""
from common import demand, machine, need_thp, rate, run, show, skip, tool, RUNS
import os

need_thp()
if (os.cpu_count() or 1) < 2:
    skip("needs two CPUs")
machine()
ours, bare, ratios = [], [], []
for _ in range(RUNS):
    bare.append(tool("bare_split", "2", "4", "128", "0"))
    ours.append(rate(run("limit_split.conf", "--duration=4s", "--quiet=0", "--cpus=0-1"),
                     "thp_split_page"))
    ratios.append(ours[-1] / bare[-1])
show("bare loop", bare, "folio splits/s")
show("limit_split", ours, "folio splits/s")
demand("limit_split reaches 0.9 of the bare loop", show("ratio, pair by pair", ratios, "") >= 0.9)
