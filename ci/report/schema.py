#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""validate.py SCHEMA THPSTORM DIR...: holds what a run or a sweep wrote, and its report as JSON,
against the schema. Exit code 1 with the place of each thing that does not fit, 77 without the
validator."""
import json
import os
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("SKIP: no jsonschema for Python (Debian: python3-jsonschema)")
    sys.exit(77)


def validator(schema, name):
    """For one of the schema's parts."""
    whole = dict(schema)
    del whole["anyOf"]
    whole["$ref"] = "#/$defs/" + name
    return jsonschema.Draft202012Validator(whole)


def report_part(directory, report):
    if os.path.exists(os.path.join(directory, "journal")):
        return "sweep_report"
    return "run_report" if report["complete"] else "unfinished_run_report"


def documents(thpstorm, directory):
    """(what it is called, which part of the schema, the object) of all that there is."""
    for name, part in (("result.json", "result"), ("host.json", "host")):
        path = os.path.join(directory, name)
        if os.path.exists(path):
            with open(path) as file:
                yield path, part, json.load(file)
    text = subprocess.run([thpstorm, "report", directory, "--format", "json"], check=True,
                          stdout=subprocess.PIPE).stdout
    report = json.loads(text)
    yield "the report of " + directory, report_part(directory, report), report


def main():
    with open(sys.argv[1]) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    wrong = 0
    for directory in sys.argv[3:]:
        for name, part, document in documents(sys.argv[2], directory):
            for error in validator(schema, part).iter_errors(document):
                print("%s: %s: %s" % (name, error.json_path, error.message[:200]))
                wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
