# SPDX-License-Identifier: GPL-2.0-only
"""warnings.py SOURCES: what a report can warn of stands in thpstorm-numbers(7), by the words that are
the same each time."""
import glob
import re
import sys

CALL = re.compile(r'\b(?:record_note|report_warn)\s*\(\s*[^,"]+,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
# What stands below a latency table.
TROUBLE = re.compile(r'\bpage_text\s*\(\s*p, 2, "",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
# Told with the numbers, and described as numbers.
NUMBERS = ("nothing to aim at), errors",)
LEAST = 8  # letters: a shorter run of words is in any page


def formats(sources):
    """(file, format) of each warning of the sources."""
    for path in sorted(glob.glob(sources + "/stress/**/*.c", recursive=True) +
                       glob.glob(sources + "/bench/report/*.c")):
        with open(path) as f:
            calls = TROUBLE if path.endswith("/latency.c") else CALL
            for literals in calls.findall(f.read()):
                yield path, "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def words(text):
    """The longest run of words without a conversion in it."""
    text = re.sub(r"\[%s\]", "[NAME]", text).replace("(%s)", "(NAME)")
    runs = re.split(r"%[-+ #0]*[0-9]*(?:\.[0-9*]+)?(?:hh|h|ll|l|z)?[a-zA-Z%]|\n", text)
    return max((" ".join(run.split()).strip(" :;,([") for run in runs), key=len)


def page(path):
    """The manual's text without its markup, on one line."""
    with open(path) as f:
        lines = [re.sub(r"^\.(?:B|I|BR|IR|RB|RI|TP|PP|TQ|SH|SS)\b *", "", line.rstrip("\n")) for line in f]
    text = re.sub(r"\\f.|\\&", "", " ".join(lines)).replace("\\-", "-").replace('"', "")
    return " ".join(text.split())


def main():
    sources, missing, seen = sys.argv[1], 0, 0
    text = page(sources + "/bench/manual/thpstorm-numbers.7.in")
    for path, form in formats(sources):
        seen += 1
        run = words(form)
        if len(run) >= LEAST and run not in NUMBERS and run not in text:
            print("%s: the warning \"%s\" is not in thpstorm-numbers(7): \"%s\"" % (path, form, run))
            missing += 1
    if seen < 20:
        print("only %d warnings were found in %s: is this its place?" % (seen, sources))
    return missing or seen < 20


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
