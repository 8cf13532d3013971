# SPDX-License-Identifier: GPL-2.0-only
"""How the tools of ci/vm fail: one sentence, an exit code, nothing left behind."""
import os
import signal
import sys

BROKEN = 2        # the tool, the machine or the command line is wrong
LOST = 4          # the guest died, hung or never came up
SKIP = 77         # something is missing here
CANT_TELL = 125   # for git bisect run: this commit can't be tried, go on with another one
ABORT = 128       # for git bisect run: no commit can, end
INTERRUPTED = 130


class Failure(Exception):
    def __init__(self, text, code=BROKEN):
        super().__init__(text)
        self.code = code


class DoesNotBuild(Failure):
    """A kernel's source, not this machine, is what is wrong."""


class Lost(Failure):
    """The machine ended without the command's own end. `proof`: that says something of its kernel."""

    def __init__(self, text, proof):
        super().__init__(text, LOST)
        self.proof = proof


def guarded(main, broken=BROKEN):
    """Runs main() and exits with what it returns; whatever fails is one line. `broken` is the exit
    code for what is wrong here: an uncaught exception's own would be 1, which means FAIL."""
    name = "/".join(os.path.abspath(sys.argv[0]).rsplit("/", 3)[1:])
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        code = main()
        sys.stdout.flush()
    except Failure as failure:
        print("%s: %s" % (name, failure), file=sys.stderr)
        code = broken if failure.code in (BROKEN, SKIP) and broken != BROKEN else failure.code
    except KeyboardInterrupt:
        print("%s: interrupted" % name, file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = broken
    except Exception as e:
        print("%s: %s: %s" % (name, type(e).__name__, str(e).split("\n")[0]), file=sys.stderr)
        code = broken
    sys.exit(code)
