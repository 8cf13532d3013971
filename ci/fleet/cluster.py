# SPDX-License-Identifier: GPL-2.0-only
"""A Slurm cluster of one machine: munged, slurmctld and a slurmd for each node, all in a directory of
its own. A node lives in a mount namespace with a boot id and a state directory of its own, so that to
thpstorm it is another boot."""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid

TOOLS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "unshare")
PR_SET_PDEATHSIG = 1
NODE_TIMEOUT_S = 10  # until a node that is silent is down

CONF = """ClusterName=thpstorm
SlurmctldHost={host}
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
StateSaveLocation={work}/ctld
SlurmdSpoolDir={work}/spool.%n
SlurmctldPidFile={work}/ctld.pid
SlurmdPidFile={work}/%n.pid
SlurmctldLogFile={work}/ctld.log
SlurmdLogFile={work}/%n.log
AuthType=auth/munge
AuthInfo=socket={work}/munge.socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
SchedulerParameters=sched_interval=2,bf_interval=1
SlurmdTimeout={timeout}
ReturnToService=2
KillWait=10
MpiDefault=none
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

# In the node's namespace: its boot id, its machine id, and a state directory that is not the others'.
NODE = """mount --bind {work}/{name}.boot_id /proc/sys/kernel/random/boot_id &&
{{ [ -e /etc/machine-id ] || touch /etc/machine-id; }} &&
mount --bind {work}/{name}.machine_id /etc/machine-id &&
mkdir -p /var/lib/thpstorm && mount --bind {work}/{name}.state /var/lib/thpstorm && exec "$@\""""


def missing():
    """What of it is not installed."""
    return [tool for tool in TOOLS if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin")]


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def follow_parent():
    os.setsid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def namespace(pid):
    try:
        return os.readlink("/proc/%s/ns/mnt" % pid)
    except OSError:
        return None


class Cluster:
    def __init__(self, work, nodes):
        self.work, self.daemons = work, {}
        self.env = dict(os.environ, SLURM_CONF=os.path.join(work, "slurm.conf"),
                        PATH=os.environ["PATH"] + ":/usr/sbin")
        host = socket.gethostname()
        ports = free_ports(len(nodes) + 1)
        lines = ["NodeName=%s NodeHostname=%s NodeAddr=127.0.0.1 Port=%d CPUs=%d State=UNKNOWN"
                 % (name, host, port, os.cpu_count()) for name, port in zip(nodes, ports[1:])]
        os.chmod(work, 0o755)
        with open(self.env["SLURM_CONF"], "w") as f:
            f.write(CONF.format(host=host + "(127.0.0.1)", port=ports[0], work=work,
                                timeout=NODE_TIMEOUT_S, nodes="\n".join(lines)))
        os.makedirs(os.path.join(work, "ctld"))
        with open(os.open(os.path.join(work, "munge.key"), os.O_WRONLY | os.O_CREAT, 0o400), "wb") as f:
            f.write(os.urandom(128))
        self._start("munged", "munged", "--foreground", "--force", *(
            "--%s=%s/munge.%s" % (what + "-file" if what != "socket" else what, work, what)
            for what in ("key", "socket", "pid", "log", "seed")))

    def start(self, nodes):
        self._await(lambda: os.path.exists(os.path.join(self.work, "munge.socket")), "munged")
        self._start("slurmctld", "slurmctld", "-D")
        for name in nodes:
            self.start_node(name)
        self._await(lambda: self.nodes_in("idle") == len(nodes), "the nodes to be idle")

    def _start(self, name, *command):
        with open(os.path.join(self.work, name + ".out"), "ab") as out:
            self.daemons[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                                  stderr=out, env=self.env, preexec_fn=follow_parent)

    def _await(self, ready, what, limit=60):
        until = time.monotonic() + limit
        while not ready():
            if time.monotonic() > until:
                raise TimeoutError("waited %d s for %s; the cluster's logs: %s" % (limit, what,
                                                                                self.logs()))
            time.sleep(0.2)

    def logs(self):
        text = ""
        for name in sorted(os.listdir(self.work)):
            if name.endswith((".log", ".out")):
                with open(os.path.join(self.work, name), errors="replace") as f:
                    text += "\n== %s\n%s" % (name, f.read()[-1500:])
        return text

    def start_node(self, name):
        for what in ("boot_id", "machine_id"):
            with open(os.path.join(self.work, "%s.%s" % (name, what)), "w") as f:
                f.write("%s\n" % uuid.uuid4())
        for directory in ("spool." + name, name + ".state"):
            os.makedirs(os.path.join(self.work, directory), exist_ok=True)
        self._start(name, *self.on_node(name, "slurmd", "-D", "-N", name))

    def on_node(self, name, *command):
        return ["unshare", "--mount", "sh", "-c", NODE.format(work=self.work, name=name), "-", *command]

    def kill_node(self, name):
        """As a power cut would: the daemon and all that it had started, at once."""
        node = namespace(self.daemons[name].pid)
        doomed = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and namespace(pid) == node]
        # Nobody is to live long enough to report the death of another.
        for signo in (signal.SIGSTOP, signal.SIGKILL):
            for pid in doomed:
                try:
                    os.kill(pid, signo)
                except ProcessLookupError:
                    pass
        self.daemons.pop(name).wait()

    def ask(self, *command):
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=True,
                              cwd=self.work).stdout.strip()

    def nodes_in(self, state):
        try:
            return len(self.ask("sinfo", "-h", "-N", "-o", "%N", "-t", state).split())
        except subprocess.CalledProcessError:
            return 0

    def end(self):
        for name in [n for n in self.daemons if n not in ("slurmctld", "munged")]:
            self.kill_node(name)
        for daemon in self.daemons.values():
            daemon.kill()
            daemon.wait()
