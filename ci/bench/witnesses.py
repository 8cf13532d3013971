#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the witnesses cost: the splits of tail_fault with all of them and with none, in turn."""
from common import demand, group, machine, need_thp, rate, run, seconds, show, RUNS

need_thp()
machine()
SETS = ("all", "none")
splits, faults = {which: [] for which in SETS}, {which: [] for which in SETS}
looks = {}
# A pair more than the others have: what the fifth may be is a narrow thing to show.
for turn in range(RUNS + 1):
    # Whoever goes first meets the colder machine.
    for which in SETS if turn % 2 else reversed(SETS):
        result = run("tail_fault.conf", "--duration=4s", "--quiet=200ms", f"--witness={which}", allowed=(0, 3))
        splits[which].append(rate(result, "thp_split_page"))
        faults[which].append(group(result, "tails")["storm"]["hot_tail_faults"] / seconds(result))
        if which == "all":
            looks = {w["name"]: w["looks"] for w in result["witnesses"]}
for which in SETS:
    show(f"witness = {which}", splits[which], "folio splits/s")
    show(f"witness = {which}", faults[which], "kernel-mode faults/s on tails under split")
print("pages looked at in the last run:", ", ".join(f"{name} {n}" for name, n in looks.items()))
ratios = [a / b for a, b in zip(splits["all"], splits["none"])]
demand("the witnesses leave at least four fifths of the splits",
       show("ratio of folio splits, pair by pair", ratios, "") >= 0.8)
