# SPDX-License-Identifier: GPL-2.0-only
"""Runs a command on a terminal that is stopped (Ctrl-S): terminal.py WHEN COMMAND...
As soon as the file WHEN is there it must be done but for its output: prints the value of KNOB (environment),
then lets the terminal go on and reads it until the command ends, prints the last of it and ends with the command's exit code."""
import os
import pty
import subprocess
import sys
import termios
import time

when, command = sys.argv[1], sys.argv[2:]
master, slave = pty.openpty()
termios.tcflow(slave, termios.TCOOFF)
process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave)
deadline = time.monotonic() + 120
while not os.path.exists(when) or open(os.environ["KNOB"]).read().strip() != os.environ["WANTED"]:
    if process.poll() is not None or time.monotonic() > deadline:
        print("in vain waited for", when, open(os.environ["KNOB"]).read().strip())
        process.kill()
        sys.exit(99)
    time.sleep(0.05)
print("the knobs are back, ended:", process.poll())
termios.tcflow(slave, termios.TCOON)
os.close(slave)
text = b""
while True:
    try:
        more = os.read(master, 65536)
    except OSError:
        break
    if not more:
        break
    text += more
print(text.decode(errors="replace")[-3000:])
sys.exit(process.wait())
