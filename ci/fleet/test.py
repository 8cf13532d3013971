#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ci/fleet/sweep.sbatch on a real Slurm: an array of two shards on two nodes, one of which dies in the
middle of a cell. Its task is queued again and goes on with what the dead node left. The other task is
told in the middle of a cell that its time limit is near.

	test.py THPSTORM"""
import glob
import os
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
    print("usage: %s THPSTORM, as ctest -L fleet calls it" % sys.argv[0])
    sys.exit(0 if {"-h", "--help"} & set(sys.argv) else 2)

from cluster import Cluster, missing, namespaces_allowed

HERE = os.path.dirname(os.path.abspath(__file__))
SKIP, LIMIT_S = 77, 200
NODES = ["n1", "n2"]
SWEEP = ["--seed=11", "-v", "floor.threads=1,2", "-t", "2s", "--quiet=100ms", "--warmup=100ms",
         "--sweep.repeats=3", "--sweep.settle=0", "-q"]
CELLS = 6
wrong = []


def check(holds, text):
    if not holds:
        wrong.append(text)
        print("WRONG " + text, flush=True)


def ledger(part):
    try:
        with open(os.path.join(part, "journal")) as f:
            return [line.split("\t")[1:] for line in f.read().split("\n")[:-1]]
    except OSError:
        return []


def count(part, word):
    return sum(fields[0] == word for fields in ledger(part))


def parts(tree):
    return [os.path.join(tree, "part.%d" % i) for i in (1, 2)]


def running_cell(part):
    """Whether one has begun and is not sealed, after one that is."""
    return count(part, "seal") >= 1 and ledger(part)[-1][0] == "start"


def wait_for(ready, what, cluster):
    until = time.monotonic() + LIMIT_S
    while not ready():
        if time.monotonic() > until:
            raise TimeoutError("waited %d s for %s%s" % (LIMIT_S, what, cluster.logs()))
        time.sleep(0.1)


def knobs():
    values = {}
    for path in glob.glob("/sys/kernel/mm/transparent_hugepage/*") + \
            glob.glob("/proc/sys/kernel/*watchdog*") + glob.glob("/proc/sys/kernel/numa_balancing"):
        try:
            with open(path) as f:
                values[path] = f.read()
        except OSError:
            pass
    return values


def node_of(cluster, job):
    return cluster.ask("squeue", "-h", "-j", job, "-t", "R", "-o", "%N")


def state(cluster, job):
    shown = cluster.ask("scontrol", "show", "job", job, "--oneliner")
    return [dict(word.split("=", 1) for word in line.split() if "=" in word)
            for line in shown.split("\n")]


def storm(cluster, thpstorm, tree):
    """The job, and the node that was killed."""
    config = os.path.join(os.path.dirname(os.path.dirname(HERE)), "configs", "null.conf")
    cluster.env["THPSTORM"] = thpstorm
    # One at a time: two sweeps on one machine would refuse each other.
    job = cluster.ask("sbatch", "--parsable", "--array=1-2%1", os.path.join(HERE, "sweep.sbatch"), config,
                      tree, *SWEEP)
    first, second = parts(tree)
    wait_for(lambda: running_cell(first), "a cell in the middle", cluster)
    victim = node_of(cluster, job)
    print("job %s: killing %s in the middle of a cell" % (job, victim), flush=True)
    cluster.kill_node(victim)
    wait_for(lambda: running_cell(second), "a cell of the second shard", cluster)
    print("job %s: the second task's time limit is near" % job, flush=True)
    # What sbatch's --signal=B:USR1 does.
    cluster.ask("scancel", "--batch", "--signal=USR1", job + "_2")
    wait_for(lambda: not cluster.ask("squeue", "-h", "-j", job, "-o", "%T"), "the array's end", cluster)
    return job, victim


def reason_to_skip():
    if missing():
        return "not installed: %s (Debian: slurm-wlm munge, whose daemons start where services do)" \
            % ", ".join(missing())
    if os.geteuid():
        return "needs root"
    return "" if namespaces_allowed() else "unshare(1) may not make PID and mount namespaces here"


def main():
    thpstorm = os.path.abspath(sys.argv[1])
    reason = reason_to_skip()
    if reason:
        print("SKIP: " + reason)
        return SKIP
    before = knobs()
    with tempfile.TemporaryDirectory() as work:
        tree = os.path.join(work, "tree")
        os.mkdir(tree)
        cluster = Cluster(work, NODES)
        try:
            cluster.start(NODES)
            job, victim = storm(cluster, thpstorm, tree)
            tasks = state(cluster, job)
        finally:
            cluster.end()
        logs = ""
        for path in sorted(glob.glob(os.path.join(work, "thpstorm-*.log"))):
            with open(path) as f:
                logs += f.read()
        print(logs, flush=True)
        check(re.search("FINDING: machine lost in cell .* and this is another machine", logs),
              "the lost cell was not judged as from another machine")
        check("sweep.sbatch:" not in logs, "a task had something to complain of")
        # The dead node would be booted again; here its settings are put back.
        cluster.run_on_node(victim, thpstorm, "restore")
        judge(thpstorm, tree, tasks)
    check(knobs() == before, "knobs are not as before: %s" %
          {k: (v, knobs().get(k)) for k, v in before.items() if knobs().get(k) != v})
    print("%d wrong" % len(wrong))
    return int(bool(wrong))


def judge(thpstorm, tree, tasks):
    first, second = parts(tree)
    for what, want in ("JobState", "COMPLETED"), ("Restarts", "1"):
        got = [task[what] for task in tasks]
        check(got == [want, want], "the tasks' %s: %s" % (what, got))
    boots = [fields[1] for fields in ledger(first) if fields[0] == "session"]
    check(len(boots) == 2 and boots[0] != boots[1], "sessions of the first shard: %s" % boots)
    for word, want in ("lost", [1, 0]), ("stop", [0, 1]), ("session", [2, 2]):
        got = [count(part, word) for part in (first, second)]
        check(got == want, "lines '%s' in the shards' ledgers: %s" % (word, got))
    for part in first, second:
        sealed = [fields[1] for fields in ledger(part) if fields[0] == "seal"]
        check(len(sealed) == len(set(sealed)) == CELLS // 2, "%s sealed %s" % (part, sealed))
        # What was sealed was not begun again.
        starts = [fields[1] for fields in ledger(part) if fields[0] == "start"]
        check(len(starts) == CELLS // 2 + 1, "%s began its cells %s" % (part, starts))
    merged = subprocess.run([thpstorm, "merge", os.path.join(tree, "all"), first, second],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(merged.stdout, end="")
    check(merged.returncode == 0 and "%d cells: %d PASS" % (CELLS, CELLS) in merged.stdout,
          "merge: exit code %d" % merged.returncode)


if __name__ == "__main__":
    sys.exit(main())
