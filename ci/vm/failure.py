# SPDX-License-Identifier: GPL-2.0-only
"""How the tools of ci/vm fail: one sentence, an exit code, nothing left behind."""
import signal
import sys

BROKEN = 2        # the tool, the machine or the command line is wrong
LOST = 4          # the guest died, hung or never came up
SKIP = 77         # something is missing here
INTERRUPTED = 130


class Failure(Exception):
    def __init__(self, text, code=BROKEN):
        super().__init__(text)
        self.code = code


class Lost(Failure):
    """The machine ended without the command's own end. `booted`: it had come up."""

    def __init__(self, text, booted):
        super().__init__(text, LOST)
        self.booted = booted


def guarded(main):
    """Runs main() and exits with what it returns; a Failure is one line."""
    name = sys.argv[0].rsplit("/", 2)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        code = main()
        sys.stdout.flush()
    except Failure as failure:
        print("%s: %s" % ("/".join(name[-2:]), failure), file=sys.stderr)
        code = failure.code
    except KeyboardInterrupt:
        print("%s: interrupted" % "/".join(name[-2:]), file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        code = BROKEN
    sys.exit(code)
