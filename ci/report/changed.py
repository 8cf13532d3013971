#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""changed.py FROM TO [--slower PERCENT] [--code N]: a copy of a run's result directory, its faults in the
storm slower, its exit code another."""
import argparse
import json
import os
import shutil

parser = argparse.ArgumentParser()
parser.add_argument("source")
parser.add_argument("target")
parser.add_argument("--slower", type=float, default=0)
parser.add_argument("--code", type=int)
a = parser.parse_args()
shutil.copytree(a.source, a.target)
path = os.path.join(a.target, "result.json")
with open(path) as f:
    result = json.load(f)
for group in result["groups"]:
    fault = group["latency"]["storm_fault"]
    for key in fault:
        if key.endswith("_ns"):
            fault[key] = int(fault[key] * (1 + a.slower / 100))
if a.code is not None:
    result["exit_code"] = a.code
with open(path, "w") as f:
    json.dump(result, f)
