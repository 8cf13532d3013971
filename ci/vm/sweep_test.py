#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ci/vm/sweep: one sweep on two command lines, and one whose machine a known-bad kernel takes down in
each try, booted again and resumed."""
import csv
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from failure import SKIP, guarded
from machine import die_with_parent

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIGS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "configs")
SHORT = ["--quiet=100ms", "--warmup=100ms", "--sweep.repeats=1"]
wrong = []


def check(holds, text):
    if not holds:
        wrong.append(text)
        print("WRONG " + text, flush=True)


def sweep(path, options, plan):
    done = subprocess.run([os.path.join(HERE, "sweep"), *options, "-o", path, "--", *plan, *SHORT],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, preexec_fn=die_with_parent)
    print(done.stdout, end="", flush=True)
    if done.returncode == SKIP:
        raise SystemExit(SKIP)
    with open(os.path.join(path, "cells.tsv"), newline="") as f:
        return done.returncode, list(csv.DictReader(f, delimiter="\t"))


def two_models(path):
    code, rows = sweep(path, ["--kernel", "fixed:6.12", "--append", "preempt=none", "--append",
                              "preempt=full", "--nodes", "1"],
                       [os.path.join(CONFIGS, "null.conf"), "-v", "floor.threads=1,2", "-t", "500ms"])
    check(code == 0, "two models: exit code %d" % code)
    got = sorted((row["append"], row["floor.threads"], row["verdict"]) for row in rows)
    check(got == sorted((append, threads, "PASS") for append in ("preempt=none", "preempt=full")
                        for threads in "12"), "two models: %s" % got)
    for model in ("none", "full"):
        host = os.path.join(path, "fixed_6.12-preempt_%s-1nodes" % model, "cells", "00001", "host.json")
        with open(host) as f:
            found = json.load(f)["preempt"]["model"]
        check(found == model, "booted with preempt=%s, host.json says %s" % (model, found))


def lost(path):
    """Two tries, and a third boot that finds that two are enough and runs the other cell."""
    code, rows = sweep(path, ["--kernel", "known-bad:5.10", "--timeout", "90s"],
                       [os.path.join(CONFIGS, "tail_move.conf"), "-v", "tails.worker=fault_fstat,null", "-t", "5s",
                        "--watchdog_thresh=2", "--on_lockup=panic", "--cpus_max=2",
                        "--sweep.order=given", "--expose.thp_moved=0",
                        "--expose.kernel_hot_tail_faults=0"])
    check(code == 1, "lost: exit code %d" % code)
    cell = {row["tails.worker"]: row for row in rows}
    check((cell["fault_fstat"]["verdict"], cell["fault_fstat"]["tries"], cell["fault_fstat"]["lost"]) == ("FAIL", "2", "2"),
          "lost: %s" % cell["fault_fstat"])
    check("machine lost in 2 of 2 tries: watchdog: BUG: soft lockup" in cell["fault_fstat"]["reason"],
          "lost: its reason is '%s'" % cell["fault_fstat"]["reason"])
    check(cell["null"]["verdict"] == "PASS" and cell["null"]["lost"] == "0", "lost: the other cell: %s"
          % cell["null"])
    tree = os.path.join(path, "known-bad_5.10-2nodes")
    check(os.listdir(os.path.join(tree, "boots")), "lost: the earlier boots are not kept")
    for attempt in ("00001", "00001.2"):
        with open(os.path.join(tree, "cells", attempt, "lost", "console.log"), errors="replace") as f:
            check("Kernel panic - not syncing: softlockup" in f.read(),
                  "lost: the console of %s has no panic" % attempt)
        with open(os.path.join(tree, "cells", attempt, "timeline.tsv")) as f:
            check("storm" in f.read(), "lost: nothing of %s's storm had been streamed" % attempt)


def short_of_time(path):
    """A time limit in the middle of a sweep is no finding: it goes on in another boot."""
    code, rows = sweep(path, ["--kernel", "fixed:6.12", "--nodes", "1", "--timeout", "14s"],
                       [os.path.join(CONFIGS, "null.conf"), "-v", "floor.threads=1,2,3", "-t", "4s"])
    check(code == 0, "short of time: exit code %d" % code)
    got = sorted((row["floor.threads"], row["verdict"], row["lost"]) for row in rows)
    check(got == [(threads, "PASS", "0") for threads in "123"], "short of time: %s" % got)
    check(os.path.isdir(os.path.join(path, "fixed_6.12-1nodes", "boots")), "short of time: one boot did it")


def main():
    with tempfile.TemporaryDirectory() as work:
        two_models(os.path.join(work, "models"))
        short_of_time(os.path.join(work, "time"))
        lost(os.path.join(work, "lost"))
    print("%d wrong" % len(wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    guarded(main)
