#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""fixed.py FROM TO [--number N] [--slower PERCENT] [--code N]: a copy of a run's result directory with
numbers that were not measured, the same on every machine: all that a run finds out is replaced. Two
NUMBERs differ by 1 or 2 %, as two runs on a quiet machine do."""
import argparse
import json
import os
import shutil

COUNTS = {"ops": 500000, "faulted": 20000, "faults": 30000, "hot_tail_faults": 4000, "claimed": 1600,
          "made_huge": 1600}
LATENCY = {"count": 20000, "p50_ns": 12000, "p90_ns": 30000, "p99_ns": 90000, "p999_ns": 400000,
           "p9999_ns": 900000, "max_ns": 2500000}
SPREAD = (0, 0.011, -0.008, 0.004, -0.013, 0.017)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--number", type=int, default=1)
    parser.add_argument("--slower", type=float, default=0)
    parser.add_argument("--code", type=int, default=0)
    a = parser.parse_args()
    noise = 1 + SPREAD[a.number % len(SPREAD)]
    shutil.copytree(a.source, a.target)
    path = os.path.join(a.target, "result.json")
    with open(path) as f:
        result = json.load(f)
    for group in result["groups"]:
        for counts in (group["quiet"], group["storm"]):
            counts.update({key: int(COUNTS[key] * noise) for key in COUNTS if key in counts})
        for name, latency in group["latency"].items():
            factor = noise * (1 + a.slower / 100 * (name == "storm_fault"))
            latency.update({key: int(LATENCY[key] * (factor if key.endswith("_ns") else 1))
                            for key in LATENCY if key in latency})
        group["in_flight_max_ns"] = int(5e6 * noise)
    result["storm_ns"] = 1000000000
    for key, value in result["vmstat"]["delta"].items():
        result["vmstat"]["delta"][key] = value and int(800 * noise)
    for exposure in result["exposures"].values():
        exposure["reached"] = exposure["reached"] and int(800 * noise)
    result["exit_code"], result["verdict"] = a.code, "FAIL" if a.code else "PASS"
    with open(path, "w") as f:
        json.dump(result, f)


if __name__ == "__main__":
    main()
