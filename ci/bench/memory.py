# SPDX-License-Identifier: GPL-2.0-only
"""Memory besides the arena with 64 worker threads."""
from common import demand, machine, need_thp, run, show

need_thp()
machine()
CONFIG = """[splitter]
worker = split_cold
[tails]
worker = fault_fstat
threads = 63
target = hot_tail
nap = 1ms
"""
mib = [run(CONFIG, "--duration=2s", "--quiet=500ms")["memory_kib"] / 1024 for _ in range(3)]
demand("at most 48 MiB", show("64 worker threads, besides the arena", mib, "MiB") <= 48)
