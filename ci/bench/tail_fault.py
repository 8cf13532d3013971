#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""tail_fault on the CPUs of the limit: splits and kernel-mode tail faults at the same time."""
from common import demand, group, machine, need_thp, rate, run, seconds, show, skip, RUNS
import os

need_thp()
if (os.cpu_count() or 1) < 2:
    skip("needs two CPUs")
machine()
splits, faults, limit = [], [], []
for _ in range(RUNS):
    limit.append(rate(run("limit_split.conf", "--duration=3s", "--quiet=0", "--cpus=0-1"),
                      "thp_split_page"))
    result = run("tail_fault.conf", "--duration=4s", "--quiet=200ms", "--cpus=0-1")
    splits.append(rate(result, "thp_split_page"))
    faults.append(group(result, "tails")["storm"]["hot_tail_faults"] / seconds(result))
show("limit_split", limit, "folio splits/s")
show("tail_fault", splits, "folio splits/s")
show("tail_fault", faults, "kernel-mode faults/s on tails under split")
ratios = [a / b for a, b in zip(splits, limit)]
demand("the faulters leave the splitter a twentieth of its limit",
       show("ratio of folio splits, pair by pair", ratios, "") >= 0.05)
