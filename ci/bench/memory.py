#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Memory besides the arena with 16 and with 64 worker threads: it grows no faster than the threads."""
from common import demand, machine, need_thp, run, show

need_thp()
machine()
CONFIG = """[splitter]
worker = split_cold
[tails]
worker = fault_fstat
threads = %d
target = hot_tail
nap = 1ms
"""
mib = {16: [], 64: []}
for _ in range(3):
    for threads in mib:
        mib[threads].append(run(CONFIG % (threads - 1), "--duration=2s", "--quiet=500ms")["memory_kib"] / 1024)
median = {threads: show("%d worker threads, besides the arena" % threads, mib[threads], "MiB") for threads in mib}
demand("64 threads take at most 4 times what 16 take", median[64] <= 4 * median[16])
