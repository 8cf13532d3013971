#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What observing costs: CPU time of the observers, and the storm with and without them."""
from common import demand, group, machine, need_thp, rate, run, show, RUNS

need_thp()
machine()
shares, splits, p50 = [], {"all": [], "none": []}, {"all": [], "none": []}
for _ in range(RUNS):
    for which in ("all", "none"):
        result = run("tail_fault.conf", "--duration=3s", "--quiet=200ms", f"--detectors={which}",
                     "--interval=" + ("100ms" if which == "all" else "10s"))
        splits[which].append(rate(result, "thp_split_page"))
        p50[which].append(group(result, "tails")["latency"]["storm_fault"]["p50_ns"] / 1000)
        if which == "all":
            shares.append(result["observer_share"] * 100)
for which in splits:
    show(f"detectors = {which}", splits[which], "folio splits/s")
    show(f"detectors = {which}, p50 of a tail fault", p50[which], "us")
show("busiest watched CPU", shares, "% taken by observers")
ratios = [a / b for a, b in zip(splits["all"], splits["none"])]
demand("the observed storm splits at least half as much",
       show("ratio of folio splits, pair by pair", ratios, "") >= 0.5)
