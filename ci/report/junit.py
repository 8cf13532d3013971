#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""junit.py FILE: reads it as Jenkins and GitLab do: well-formed XML; testsuites, testsuite, testcase
with name, classname and time; at most one of failure, error, skipped in a case; the counts of the
suite are those of its cases. Prints "OUTCOME NAME" of each case."""
import sys
import xml.etree.ElementTree

OUTCOMES = ("failure", "error", "skipped")


def outcome(case):
    found = [child.tag for child in case if child.tag in OUTCOMES]
    unknown = [child.tag for child in case if child.tag not in OUTCOMES + ("system-out",)]
    if len(found) > 1 or unknown:
        sys.exit("%s: %s" % (case.get("name"), found + unknown))
    return found[0] if found else "passed"


def main():
    root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
    if root.tag != "testsuites" or [suite.tag for suite in root] != ["testsuite"]:
        sys.exit("no testsuites with one testsuite")
    suite = root[0]
    outcomes = []
    for case in suite:
        if case.tag != "testcase" or not case.get("name") or not case.get("classname"):
            sys.exit("no testcase: %s %s" % (case.tag, case.attrib))
        float(case.get("time"))
        outcomes.append(outcome(case))
        print(outcomes[-1], case.get("name"))
    counts = {"tests": len(outcomes), "failures": outcomes.count("failure"),
              "errors": outcomes.count("error"), "skipped": outcomes.count("skipped")}
    for key, wanted in counts.items():
        if int(suite.get(key)) != wanted:
            sys.exit("%s is %s, counted were %d" % (key, suite.get(key), wanted))


if __name__ == "__main__":
    main()
