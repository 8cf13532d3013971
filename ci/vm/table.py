# SPDX-License-Identifier: GPL-2.0-only
"""The differential table: which kernel, which preemption model, which storm, and what must come out.

The storm is the same on every kernel: the config, and the options below. Known-bad kernels must
fail in the way that their preemption model allows, the same kernels without the mistake must pass,
kernels as Debian ships them must pass too."""

# A lockup is known after twice the watchdog's threshold.
WATCHDOG_THRESH_S = 5
OPTIONS = ["--watchdog_thresh=%d" % WATCHDOG_THRESH_S, "--numa_balancing=off", "--quiet=1s"]

# 5.10 and 6.1 unmap a huge page for its move with the page table locked, and flush the TLB of all CPUs
# once for each of its pages (5.10: ptep_clear_flush() in try_to_unmap_one(), mm/rmap.c). Emulated, each
# flush waits until the host runs the other CPUs; with more worker CPUs than the host has cores a move
# takes seconds instead of a tenth of one, and those that wait for the lock look locked up.
FLUSHES_EACH_PAGE = ("5.10", "6.1")
FEW_CPUS = ("--cpus_max=2",)


class Row:
    def __init__(self, name, kernel, model, config, expect, append="", seconds=15, extra=(),
                 timeout=None, why="", disk=None):
        self.name, self.kernel, self.model, self.config = name, kernel, model, config
        self.expect, self.append, self.seconds = expect, append, seconds
        self.extra, self.timeout, self.why = extra, timeout, why
        self.disk = disk  # its size, for a storm that makes a swap file

    def command(self, seconds=None):
        return ["run", "configs/%s.conf" % self.config, "-t", "%gs" % (seconds or self.seconds),
                *OPTIONS, *self.extra]


def move(kernel, model, expect, **more):
    """A row of tail_move; `chosen` is False where the model is built in."""
    chosen = more.pop("chosen", True)
    if kernel.split(":")[1] in FLUSHES_EACH_PAGE:
        more["extra"] = FEW_CPUS
    return Row("%s-%s" % (kernel.replace(":", "-"), model), kernel, model, "tail_move", expect,
               append="preempt=" + model if chosen else "", **more)


# What must come out: LOCKUP (a soft lockup, rescued, the storm went on), LIVELOCK (no lockup; faults
# per touch and age in flight), PASS (exposure reached), SKIP (says why), SEEN (is only recorded),
# LOST (the machine is lost and what had been streamed is there).
ROWS = [
    move("known-bad:5.10", "none", "LOCKUP", chosen=False, seconds=25),
    move("fixed:5.10", "none", "PASS", chosen=False),
    move("known-bad:6.12", "none", "LOCKUP", seconds=25),
    move("known-bad:6.12", "voluntary", "LOCKUP", seconds=25),
    move("known-bad:6.12", "full", "LIVELOCK"),
    move("fixed:6.12", "none", "PASS", seconds=10),
    move("fixed:6.12", "voluntary", "PASS", seconds=10),
    move("fixed:6.12", "full", "PASS", seconds=10),
    move("known-bad:7.2", "lazy", "LIVELOCK"),
    move("known-bad:7.2", "full", "LIVELOCK"),
    move("fixed:7.2", "lazy", "PASS", seconds=10),
    move("fixed:7.2", "full", "PASS", seconds=10),
    move("debian:5.10", "voluntary", "PASS", chosen=False),
    move("debian:6.1", "none", "PASS"),
    move("debian:6.1", "voluntary", "PASS"),
    move("debian:6.1", "full", "PASS"),
    move("debian:6.12", "none", "PASS", seconds=10),
    move("debian:6.12", "voluntary", "PASS", seconds=10),
    move("debian:6.12", "full", "PASS", seconds=10),
    move("debian:7.2", "lazy", "PASS", seconds=10),
    move("debian:7.2", "full", "PASS", seconds=10),
    move("debian:6.12-rt", "rt", "SKIP", chosen=False),
    Row("split-known-bad-5.10-none", "known-bad:5.10", "none", "tail_fault", "LOCKUP", seconds=50,
        extra=FEW_CPUS),
    Row("split-fixed-5.10-none", "fixed:5.10", "none", "tail_fault", "PASS", seconds=10,
        extra=FEW_CPUS),
    Row("split-known-bad-6.12-none", "known-bad:6.12", "none", "tail_fault", "SEEN",
        append="preempt=none"),
    Row("split-fixed-6.12-none", "fixed:6.12", "none", "tail_fault", "PASS",
        append="preempt=none"),
    Row("swap-debian-6.12-none", "debian:6.12", "none", "swap_fault", "PASS",
        append="preempt=none", seconds=20, disk="512M"),
    Row("lost-no-spare", "known-bad:5.10", "none", "tail_move", "LOST", seconds=10, timeout=35,
        extra=("--spare_cpus=0",)),
    Row("lost-leave", "known-bad:5.10", "none", "tail_move", "LOST", seconds=10, timeout=55,
        extra=("--on_lockup=leave",)),
    Row("lost-panic", "known-bad:5.10", "none", "tail_move", "LOST", seconds=30,
        extra=("--on_lockup=panic",)),
]


# Findings on kernels as Debian ships them: row, the kinds of findings, what is known of it. Such a row
# is told as KNOWN with its log, it is no failure of thpstorm; any other kind of finding is.
KNOWN = {
    # "debian-9.9-full": (("hung_task",), "https://..., seen in 3 of 10 runs"),
}


def find(name):
    for row in ROWS:
        if row.name == name:
            return row
    return None
