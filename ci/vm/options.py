# SPDX-License-Identifier: GPL-2.0-only
"""Command lines of the tools: sizes, times, counts and shares, each mistake one sentence."""
import argparse
import re

from failure import Failure


def size(text):
    found = re.fullmatch(r"(\d+)([MG])", text)
    if not found:
        raise argparse.ArgumentTypeError("'%s' is no size; write 2048M or 4G" % text)
    return int(found[1]) << {"M": 20, "G": 30}[found[2]]


def seconds(text):
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m|h)?", text)
    if not found or float(found[1]) <= 0:
        raise argparse.ArgumentTypeError("'%s' is no time; write 120s or 2m" % text)
    return float(found[1]) * {None: 1, "s": 1, "m": 60, "h": 3600}[found[2]]


def count(low, high):
    def parse(text):
        if not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError("'%s' is not in %d to %d" % (text, low, high))
        return int(text)
    return parse


def share(low, high):
    def parse(text):
        try:
            value = float(text.rstrip("%"))
        except ValueError:
            value = -1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError("'%s' is not in %g to %g per cent" % (text, low, high))
        return value / 100
    return parse


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Failure(message + "; see --help")
