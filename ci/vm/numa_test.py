#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""NUMA boxes in virtual machines: what `thpstorm check` says of them, and that a sweep over placements
has its memory and its threads where it says. Where the memory is, the guest's kernel says."""
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import numa
from failure import SKIP, guarded
from machine import die_with_parent
from options import Parser

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = os.path.join(os.path.dirname(os.path.dirname(HERE)), "configs", "numa_sweep.conf")
KERNEL = "fixed:6.12"
SWEEP = ["sweep", CONFIG, "-v", "tails.threads=1/1", "--sweep.repeats=1", "--sweep.order=given", "-t",
         "1s", "--quiet=200ms", "--warmup=200ms", "--arena=32M", "--spare_cpus=0",
         "--expose.kernel_hot_tail_faults=1", "--expose.thp_moved=1"]


class Box:
    def __init__(self, name, nodes, distances, *more):
        self.name, self.more = name, more
        self.layout = numa.parse(nodes)
        self.options = ["--numa", nodes, *more]
        if distances:
            numa.parse_distances(distances, self.layout)
            self.options += ["--distances", distances]

    def boot(self, path, *command):
        return subprocess.run([os.path.join(HERE, "run"), "-q", "--kernel", KERNEL, *self.options,
                               "-o", path, "--", *command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              preexec_fn=die_with_parent)

    def cpus_of(self, node):
        first = sum(cpus for cpus, _ in self.layout.nodes[:node])
        return set(range(first, first + self.layout.nodes[node][0]))

    def with_cpus(self):
        return [n for n, (cpus, _) in enumerate(self.layout.nodes) if cpus]

    def with_memory(self):
        return [n for n, (_, memory) in enumerate(self.layout.nodes) if memory]

    def placements(self):
        return ["local", "remote", "interleave"] + \
            ["%d:%d" % (m, c) for m in self.with_memory() for c in self.with_cpus()]

    def wanted(self, placement):
        """The nodes of the memory, the CPUs of the threads."""
        everywhere = set.union(*map(self.cpus_of, self.with_cpus()))
        if placement == "interleave":
            return set(self.with_memory()), everywhere
        if placement == "local":
            return {0}, self.cpus_of(0)
        if placement == "remote":
            row = self.layout.distances[0]
            return {max(self.with_memory(), key=lambda n: row[n])}, self.cpus_of(0)
        memory, cpus = map(int, placement.split(":"))
        return {memory}, self.cpus_of(cpus)


def cpus(text):
    numbers = set()
    for part in text.split(","):
        low, _, high = part.partition("-")
        numbers |= set(range(int(low), int(high or low) + 1))
    return numbers


def load(*parts):
    with open(os.path.join(*parts)) as f:
        return json.load(f)


class Test:
    def __init__(self):
        self.wrong = 0

    def check(self, holds, text):
        if not holds:
            self.wrong += 1
            print("WRONG " + text, flush=True)

    def says(self, box, path, patterns):
        done = box.boot(path, "check")
        if done.returncode == SKIP and not os.path.exists(os.path.join(path, "vm.json")):
            print(done.stderr.strip())
            raise SystemExit(SKIP)
        text = re.sub(r"\s+", " ", done.stdout)
        for pattern in patterns:
            self.check(re.search(pattern, text), "%s: check does not say '%s':\n%s"
                       % (box.name, pattern, done.stdout + done.stderr))

    def cell(self, box, path, row):
        placement = row["placement"]
        what = "%s, placement %s" % (box.name, placement)
        result = load(path, "cells", "%05d" % int(row["cell"]), "result.json")
        memory, where = box.wanted(placement)
        slots = {n["node"]: n["slots"] for n in result["memory_nodes"]}
        self.check(set(slots) == memory, "%s: slots by node %s, wanted on %s" % (what, slots, memory))
        self.check(sum(slots.values()) == result["slots"], "%s: %s of %d slots known"
                   % (what, slots, result["slots"]))
        self.check(len(slots) < 2 or max(slots.values()) <= 2 * min(slots.values()),
                   "%s: not even: %s" % (what, slots))
        for group in result["groups"]:
            self.check(cpus(group["cpus"]) <= where, "%s: [%s] on CPUs %s, wanted in %s"
                       % (what, group["name"], group["cpus"], where))
        moved = result["vmstat"]["delta"]["thp_migration_success"]
        self.check(moved, "%s: the kernel moved nothing" % what)
        print("ok    %s: slots by node %s, CPUs %s, %d moved" % (what, slots, result["worker_cpus"],
                                                              moved), flush=True)

    def sweep(self, box, path):
        done = box.boot(path, *SWEEP)
        self.check(done.returncode == 0, "%s: the sweep ended with %d: %s"
                   % (box.name, done.returncode, done.stderr[-2000:]))
        try:
            with open(os.path.join(path, "cells.tsv"), newline="") as f:
                rows = list(csv.DictReader(f, delimiter="\t"))
        except OSError as e:
            return self.check(False, "%s: no cells.tsv: %s" % (box.name, e))
        got = sorted(row["placement"] for row in rows)
        self.check(got == sorted(box.placements()), "%s: placements %s, wanted %s"
                   % (box.name, got, box.placements()))
        for row in rows:
            self.cell(box, path, row)


def main():
    parser = Parser(prog="ci/vm/numa_test.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("-o", dest="output", metavar="DIR", help="keep the results there")
    output = parser.parse_args().output
    test = Test()
    two = Box("2 nodes", "2:1G,2:1G", "10,21/21,10")
    four = Box("4 nodes, one without CPUs", "2:1G,1:1G,1:1G,0:1G",
               "10,15,21,31/15,10,31,21/21,31,10,41/31,21,41,10")
    odd = Box("a node without memory, CPU 4 offline, a cpuset", "2:1G,1:1G,1:0,1:1G,0:1G", None,
              "--cpuset", "1-3:0-1", "--append", "maxcpus=4")
    with tempfile.TemporaryDirectory() as work:
        at = output or work
        test.says(odd, os.path.join(at, "odd"), [
            "nodes 2 with allowed memory; online: 0-4",
            "node 0: CPU 1, .*; distances 10 20", "node 1: CPU 2, ",
            "node 2: CPU 3; no allowed memory",
            "CPUs 1-3 allowed.*; offline: 4"])
        test.says(four, os.path.join(at, "four-check"), [
            "nodes 4 with allowed memory", "node 0: CPUs 0-1, .* distances 10 15 21 31",
            "node 3: no allowed CPU, .* distances 31 21 41 10"])
        test.sweep(two, os.path.join(at, "two"))
        test.sweep(four, os.path.join(at, "four"))
    print("%d wrong" % test.wrong)
    return int(test.wrong != 0)


if __name__ == "__main__":
    guarded(main)
