#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""readme.py SOURCE [REPORT]: whether README.md says what was measured (configs/worth.tsv), names the
configs that there are, and, with the report of a run of tail_fault, shows one of the same form."""
import os
import re
import sys

bad = 0


def must(holds, text):
    global bad
    if not holds:
        print("README.md " + text)
        bad = 1


def read(*path):
    with open(os.path.join(sys.argv[1], *path)) as f:
        return f.read()


def worth():
    lines = [line.split("\t") for line in read("configs", "worth.tsv").splitlines()]
    return [dict(zip(lines[0], line)) for line in lines[1:]]


def check_table(readme, rows):
    for r in rows:
        when = ("-", "-") if r["hits"] == "0" else (r["median_s"], r["max_s"])
        line = "| %s | %s | %s | %s of %s | %s | %s |" % (r["config"], r["kernel"], r["preempt"], r["hits"],
                                                         r["runs"], *when)
        must(line in readme, "has no line '%s', which configs/worth.tsv gives" % line)
    told = re.findall(r"^\| \w+ \| [\w.:-]+ \| \w+ \| \d+ of \d+ \|", readme, re.MULTILINE)
    must(len(told) == len(rows), "has %d lines of counts; configs/worth.tsv has %d" % (len(told), len(rows)))


def check_opening(text, rows):
    """What the beginning says of the storms, which must be what worth.tsv says."""
    opening = " ".join(text.split("\n## ")[0].split())

    def claims(phrase):
        must(phrase in opening, "does not begin with '%s', which configs/worth.tsv gives" % phrase)

    def of(config, hit):
        return [r for r in rows if r["config"] == config and (r["hits"] != "0") == hit]

    def total(some, key):
        return sum(int(r[key]) for r in some)

    moved, split, passed = of("tail_move", True), of("tail_fault", True), of("tail_fault", False)
    must(not of("tail_move", False), "claims that tail_move fails each kernel")
    for some in (moved, split):
        latest = max(float(r["max_s"]) for r in some)
        claims("within %d s, in %d of %d runs" % (int(latest) + 1, total(some, "hits"), total(some, "runs")))
    for r in passed:
        claims("does not meet the bug on %s** (0 of %s)" % (r["kernel"].split(":")[1], r["runs"]))


def check_configs(readme):
    there = {name[:-5] for name in os.listdir(os.path.join(sys.argv[1], "configs")) if name.endswith(".conf")}
    named = set(re.findall(r"^\| `configs/(\w+)\.conf` \|", readme, re.MULTILINE))
    must(there == named, "has lines for the configs %s" % sorted(named) + "; there are %s" % sorted(there))


# What a report has only where there is something to tell.
SOMETIMES = {"worth", "plots", "w/ writer", "events", "because"}


def labels(report):
    """What stands at the left of a report's lines, before two spaces or more; of the first the version."""
    return {found[1].split(":")[0] for found in re.finditer(r"^ {0,2}([A-Za-z][^\n]*?)(?<!\.) {2,}\S", report, re.MULTILINE)} - SOMETIMES


def check_sample(readme, report):
    sample = readme.split("\n```\n")[1]
    shown, today = labels(sample), labels(report)
    must(len(shown) > 30, "has a sample with %d labels: it is not read" % len(shown))
    must(shown == today, "shows a report with %s, and without %s, which a report of today has"
         % (sorted(shown - today), sorted(today - shown)))


def main():
    readme, rows = read("README.md"), worth()
    if len(sys.argv) > 2:
        with open(sys.argv[2]) as f:
            check_sample(readme, f.read())
        return bad
    check_table(readme, rows)
    check_opening(readme, rows)
    check_configs(readme)
    return bad


sys.exit(main())
