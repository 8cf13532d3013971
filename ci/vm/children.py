# SPDX-License-Identifier: GPL-2.0-only
"""Commands that run side by side, and end together when somebody interrupts."""
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

from machine import die_with_parent

_running, _lock, _ended = set(), threading.Lock(), threading.Event()


def run(command):
    """As subprocess.run() does, with its output as text. After end() nothing is started any more."""
    with _lock:
        if _ended.is_set():
            return subprocess.CompletedProcess(command, 130, "", "interrupted")
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, errors="replace",
                                 preexec_fn=die_with_parent)
        _running.add(child)
    out, err = child.communicate()
    with _lock:
        _running.discard(child)
    return subprocess.CompletedProcess(command, child.returncode, out, err)


def end():
    with _lock:
        _ended.set()
        for child in _running:
            child.terminate()


def side_by_side(function, things, jobs, each=lambda result: None):
    """function(thing) for all of them, @jobs at a time; each(result) in their order. False where an
    interrupt came: then those that ran were ended, and the others not begun."""
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(function, thing) for thing in things]
        try:
            for future in futures:
                each(future.result())
            return True
        except KeyboardInterrupt:
            end()
            return False
