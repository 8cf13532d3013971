#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""linear.py SMALL LARGE COMMAND...: runs the command with SMALL, then with LARGE (four times its size) in
place of each {}, three times each in turn, and fails unless LARGE takes less than eight times the CPU
time of SMALL: what is linear takes four times, what is quadratic sixteen."""
import resource
import subprocess
import sys


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


small, large, command = sys.argv[1], sys.argv[2], sys.argv[3:]
times = [[cpu_seconds([word.replace("{}", size) for word in command]) for size in (small, large)]
         for _ in range(3)]
least = [max(min(column), 1e-3) for column in zip(*times)]
print("%s: %.3f s of CPU time, %s: %.3f s" % (small, least[0], large, least[1]))
sys.exit(least[1] >= 8 * least[0])
