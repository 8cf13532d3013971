# SPDX-License-Identifier: GPL-2.0-only
"""What the benches share: running the program, medians with their spread, alternating series.

A bench prints its figures. It fails on a ratio of two that were measured in turn in the same run and
on nothing else: a figure by itself says how fast the machine is, and how idle."""
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

if len(sys.argv) != 4:
    print("usage: %s THPSTORM SOURCE BINARIES, as ctest -L bench calls it" % sys.argv[0])
    sys.exit(0 if {"-h", "--help"} & set(sys.argv) else 2)
thpstorm, source, bins = sys.argv[1:4]
RUNS = 5


def skip(why):
    print("SKIP:", why)
    sys.exit(77)


def need_thp():
    try:
        text = open("/sys/kernel/mm/transparent_hugepage/enabled").read()
    except OSError:
        skip("this kernel has no transparent huge pages")
    if os.geteuid():
        skip("needs root: knobs, kernel-mode evidence and real-time observers")
    return text


def run(config, *options, allowed=(0,)):
    """Runs a config (a path below configs/, or INI text) and returns the result object."""
    with tempfile.TemporaryDirectory() as work:
        if "\n" in config:
            path = os.path.join(work, "bench.conf")
            open(path, "w").write(config)
        else:
            path = os.path.join(source, "configs", config)
        out = os.path.join(work, "out")
        env = dict(os.environ, THPSTORM_STATE=os.path.join(work, "state"))
        done = subprocess.run([thpstorm, "run", path, "-q", "-o", out, *options], env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode not in allowed:
            print(done.stdout)
            print("exit code", done.returncode, "of thpstorm run", config, *options)
            sys.exit(1)
        return json.load(open(os.path.join(out, "result.json")))


def tool(name, *args):
    """A number printed by one of the small programs beside the benches."""
    text = subprocess.run([os.path.join(bins, name), *args], stdout=subprocess.PIPE, text=True,
                          check=True).stdout
    return float(re.search(r"[-0-9.]+", text).group())


def seconds(result):
    return result["storm_ns"] / 1e9


def rate(result, counter):
    return result["vmstat"]["delta"][counter] / seconds(result)


def group(result, name):
    return next(g for g in result["groups"] if g["name"] == name)


def show(what, values, unit):
    print(f"{what}: median {statistics.median(values):.4g} {unit}, "
          f"{min(values):.4g} to {max(values):.4g} in {len(values)} runs")
    return statistics.median(values)


def demand(what, holds):
    print(("ok: " if holds else "FAILED: ") + what)
    if not holds:
        sys.exit(1)


def machine():
    virtual = " hypervisor " in open("/proc/cpuinfo").read().replace("\n", " ")
    print(f"{os.cpu_count()} CPUs, kernel {os.uname().release}, "
          f"{'a virtual machine' if virtual else 'bare metal'}")
