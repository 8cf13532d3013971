# SPDX-License-Identifier: GPL-2.0-only
"""Kills a sweep, resumes it, and demands that nothing is lost.

    kill_test.py THPSTORM PRELOAD [--every | --stride N | --random N]

--every kills it at each step of writing the sweep's ledger and the knob journal, one after the other
(kill_points.c); --stride takes each Nth step only; --random N sends SIGKILL to all its processes at N
random moments. After --resume each cell is sealed once and was not run again after it, no cell is missing, a result that had
been sealed is the same file, the knobs are as before, and neither swap file nor cgroup is left."""
import argparse
import glob
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import ledger_check

CONFIG = """duration = 100ms
warmup = 0
quiet = 0
arena = 4M
swap = 2M
%s[floor]
worker = null
[sweep]
floor.threads = 1, 2, 3
order = given
"""
CELLS = 3
NULL_CONFIG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../configs/null.conf")
CGROUPS = ["/sys/fs/cgroup/thpstorm", "/sys/fs/cgroup/memory/thpstorm"]
KNOBS = ["/proc/sys/kernel/watchdog_thresh", "/proc/sys/kernel/numa_balancing",
         "/proc/sys/vm/min_free_kbytes"] + sorted(
             glob.glob("/sys/kernel/mm/transparent_hugepage/*") +
             glob.glob("/sys/kernel/mm/transparent_hugepage/khugepaged/*"))


def knobs():
    values = {}
    for path in KNOBS:
        try:
            values[path] = open(path).read()
        except OSError:
            pass
    return {path: value for path, value in values.items()
            if not path.endswith(("full_scans", "pages_collapsed"))}


def has_cgroup(program):
    return subprocess.run([program, "check", NULL_CONFIG, "--memory_max=64M", "--swap=256M"],
                          stdout=subprocess.DEVNULL).returncode == 0


RESTORE_TRIES = 60


class Sweep:
    def __init__(self, program, work):
        self.program, self.dir = program, os.path.join(work, "sweep")
        self.counter = os.path.join(work, "count")
        self.environment = dict(os.environ, THPSTORM_STATE=os.path.join(work, "state"))
        self.config = os.path.join(work, "sweep.conf")
        with open(self.config, "w") as out:
            out.write(CONFIG % ("memory_max = 64M\n" if has_cgroup(program) else ""))

    def command(self):
        if os.path.exists(os.path.join(self.dir, "journal")):
            return [self.program, "sweep", "--resume", self.dir]
        return [self.program, "sweep", self.config, "-o", self.dir, "--watchdog_thresh=11"]

    def start(self, **environment):
        return subprocess.Popen(self.command(), env=dict(self.environment, **environment),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)


def complaints(sweep, before, knobs_before, process, text):
    """What is wrong after a resume; nothing is what it must be."""
    out = []
    if process.returncode != 0:
        out.append("exit code %d: %s" % (process.returncode, text.strip()))
    out += ledger_check.complaints(sweep.dir, CELLS, before)
    if os.path.exists(os.path.join(sweep.environment["THPSTORM_STATE"], "swapfile")) or \
            "swapfile" in open("/proc/swaps").read():
        out.append("the swap file is still there")
    out += ["%s is still there" % path for path in CGROUPS if os.path.exists(path)]
    now = knobs()
    out += ["%s is '%s', was '%s'" % (path, now.get(path, "").strip(), value.strip())
            for path, value in knobs_before.items() if now.get(path) != value]
    return out


def put_back(program, work):
    """The journal in there is all that knows of what a killed sweep has set: it goes last."""
    state = os.path.join(work, "state")
    for _ in range(RESTORE_TRIES):
        done = not os.path.exists(state) or \
            subprocess.run([program, "restore"], env=dict(os.environ, THPSTORM_STATE=state),
                           stdout=subprocess.DEVNULL).returncode == 0
        if done:
            shutil.rmtree(work, ignore_errors=True)
            return
        time.sleep(1)
    sys.exit("%s cannot be put back: run THPSTORM_STATE=%s thpstorm restore" % (state, state))


def run_once(program, work, kill):
    """One sweep that kill(sweep) kills, and its resume. Returns complaints, and how it went."""
    put_back(program, work)
    os.makedirs(work)
    sweep, knobs_before = Sweep(program, work), knobs()
    killed = kill(sweep)
    before = ledger_check.sealed(sweep.dir)
    process = sweep.start()
    text = process.communicate()[0]
    return complaints(sweep, before, knobs_before, process, text), killed, len(before)


def count_steps(program, preload, work):
    os.makedirs(work, exist_ok=True)
    sweep = Sweep(program, work)
    process = sweep.start(LD_PRELOAD=preload, THPSTORM_KILL_COUNT=sweep.counter)
    text = process.communicate()[0]
    if process.returncode:
        sys.exit("the sweep fails unharmed: %s" % text)
    return struct.unpack("iI", open(sweep.counter, "rb").read())[1]


def at_step(preload, number):
    def kill(sweep):
        process = sweep.start(LD_PRELOAD=preload, THPSTORM_KILL_COUNT=sweep.counter,
                              THPSTORM_KILL_AT=str(number))
        process.communicate()
        return process.returncode == -signal.SIGKILL
    return kill


def descendants(pid):
    try:
        children = open("/proc/%d/task/%d/children" % (pid, pid)).read().split()
    except OSError:
        children = []
    return [pid] + [p for child in children for p in descendants(int(child))]


def at_random(seconds):
    def kill(sweep):
        process = sweep.start()
        time.sleep(random.uniform(0, seconds))
        for pid in descendants(process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.communicate()
        return process.returncode == -signal.SIGKILL
    return kill


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("preload")
    parser.add_argument("--every", action="store_const", const=1, dest="stride")
    parser.add_argument("--stride", type=int)
    parser.add_argument("--random", type=int, default=0)
    a = parser.parse_args()
    a.program = os.path.abspath(a.program)
    if os.geteuid():
        print("SKIP: needs root: without it no knob is journaled")
        sys.exit(77)
    top = tempfile.mkdtemp(prefix="thpstorm-kill.")
    work = os.path.join(top, "work")
    began = time.monotonic()
    steps = count_steps(a.program, a.preload, work)
    whole = time.monotonic() - began
    kills = [("step %d" % n, at_step(a.preload, n))
             for n in range(1, steps + 1, a.stride)] if a.stride else []
    kills += [("random %d" % (n + 1), at_random(whole)) for n in range(a.random)]
    print("a sweep of %d cells writes ledger and journal in %d steps, %.1f s; %s memory cgroup" %
          (CELLS, steps, whole, "with a" if has_cgroup(a.program) else "this machine has no"))
    bad = died = at_steps = 0
    with_sealed = 0
    for name, kill in kills:
        wrong, killed, sealed = run_once(a.program, work, kill)
        died += killed
        at_steps += killed and name.startswith("step")
        with_sealed += sealed > 0
        for sentence in wrong:
            print("FAILED: %s: %s" % (name, sentence), flush=True)
        bad += bool(wrong)
    print("%d kills (%d hit, %d of them with cells sealed before): %d wrong after --resume" %
          (len(kills), died, with_sealed, bad))
    # Where a moment of time falls depends on the machine; where a step is does not.
    if not bad and at_steps < (len(kills) - a.random) * 0.8:
        print("FAILED: too few of the kills at steps hit a living sweep")
        bad = 1
    put_back(a.program, work)
    if not bad:
        shutil.rmtree(top)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
