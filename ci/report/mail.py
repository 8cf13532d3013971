#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""mail.py FILE: whether a report can be pasted into a mail and quoted once: printable ASCII, at most
74 columns behind "> ", but for the line that repeats the run and for lines of the kernel's log."""
import re
import sys

KERNEL_LINE = re.compile(r"\[ *[0-9]+\.[0-9]{6}\] ")


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        for number, line in enumerate(file.read().split("\n"), 1):
            if any(not " " <= c <= "~" for c in line):
                sys.exit("line %d: not printable ASCII: %r" % (number, line))
            exempt = line.startswith("repeat: ") or KERNEL_LINE.match(line)
            if len("> " + line) > 74 and not exempt:
                sys.exit("line %d: %d columns: %s" % (number, len(line), line))


if __name__ == "__main__":
    main()
