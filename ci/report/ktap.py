#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ktap.py FILE: holds a file against Documentation/dev-tools/ktap.rst (version 1, one level): the
version line first, then the plan, each test once and in order, descriptions without '#', known
directives, nothing but diagnostics besides. Prints "NUMBER RESULT DIRECTIVE DESCRIPTION" of each
test. Exit code 1 with the line that is wrong."""
import re
import sys

RESULT = re.compile(r"(ok|not ok) ([0-9]+) ([^#]*?)(?: # ?(.*))?$")
DIRECTIVES = ("SKIP", "TODO", "XFAIL", "TIMEOUT", "ERROR")


def fail(number, line, why):
    sys.exit("line %d: %s: %r" % (number, why, line))


def read_result(number, line):
    """(ok, test number, description, directive)"""
    match = RESULT.match(line)
    if not match:
        fail(number, line, "neither a result nor a diagnostic line")
    word = (match.group(4) or "").split(" ")[0]
    directive = word if word in DIRECTIVES else "-"
    if directive in ("TIMEOUT", "ERROR") and match.group(1) == "ok":
        fail(number, line, "ok with " + directive)
    if not match.group(3).strip():
        fail(number, line, "no description")
    return match.group(1), int(match.group(2)), match.group(3), directive


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        lines = file.read().split("\n")
    if lines.pop() != "":
        sys.exit("the last line does not end")
    if not lines or lines[0] != "KTAP version 1":
        fail(1, lines[0] if lines else "", "no version line")
    plan = re.fullmatch(r"1\.\.([0-9]+)", lines[1] if len(lines) > 1 else "")
    if not plan:
        fail(2, lines[1] if len(lines) > 1 else "", "no plan")
    tests = 0
    for number, line in enumerate(lines[2:], 3):
        if line.startswith("# ") or line == "#":
            continue
        ok, test, description, directive = read_result(number, line)
        tests += 1
        if test != tests:
            fail(number, line, "number %d, wanted %d" % (test, tests))
        print(test, ok.replace(" ", "_"), directive, description)
    if tests != int(plan.group(1)):
        sys.exit("%d tests, planned were %s" % (tests, plan.group(1)))


if __name__ == "__main__":
    main()
