#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""How steady the main storm is: ten runs of 5 s of tail_fault, the slowest against the fastest, and
the share of touches that met nothing. ci/bench/spread.py THPSTORM SOURCE BINARIES [pace]"""
import sys

from common import demand, group, machine, need_thp, rate, run, seconds, show

RUNS = 10
pace = sys.argv[4] if len(sys.argv) > 4 else "steady"

need_thp()
machine()
splits, faults, vain = [], [], []
for _ in range(RUNS):
    result = run("tail_fault.conf", "--duration=5s", "--quiet=200ms", "--heads.pace=" + pace,
                 "--tails.pace=" + pace, "--splitter.pace=" + pace, allowed=(0, 3))
    splits.append(rate(result, "thp_split_page"))
    storms = [group(result, name)["storm"] for name in ("heads", "tails")]
    faults.append(storms[1]["hot_tail_faults"] / seconds(result))
    vain.append(100 - 100 * sum(s["faulted"] for s in storms) / sum(s["ops"] for s in storms))
    print(f"{splits[-1]:6.0f} folio splits/s  {faults[-1]:6.0f} kernel-mode faults/s on hot tails  "
          f"{vain[-1]:5.1f} % of touches met nothing", flush=True)
show("pace = " + pace, splits, "folio splits/s")
show("pace = " + pace, faults, "kernel-mode faults/s on tails under split")
ratio = max(splits) / min(splits) if min(splits) else float("inf")
demand(f"the fastest of {RUNS} runs split {ratio:.2f} times what the slowest did, at most 2", ratio <= 2)
