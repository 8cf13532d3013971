# SPDX-License-Identifier: GPL-2.0-only
"""A Slurm cluster of one machine: munged, slurmctld and a slurmd for each node, all in a directory of
its own. Each is the first process of a PID namespace: whoever kills it kills all that it started, and
the end of this process, however it comes, kills them all. A node has besides a boot id, a hardware id
and a state directory of its own, so that to thpstorm it is another machine."""
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
JobRequeue=0
MpiDefault=none
{nodes}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

ALONE = ("unshare", "--pid", "--mount-proc", "--fork", "--kill-child")

# In the node's namespace. Its machine id stays the one that all nodes have: they are of one image.
NODE = """mount --bind {work}/{name}.boot_id /proc/sys/kernel/random/boot_id &&
mount -t tmpfs none /sys/class && mkdir -p /sys/class/dmi/id &&
cp {work}/{name}.product_uuid /sys/class/dmi/id/product_uuid &&
mkdir -p /var/lib/thpstorm && mount --bind {work}/{name}.state /var/lib/thpstorm && exec "$@\""""


def missing():
    """What of it is not installed."""
    return [tool for tool in TOOLS if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin")]


def namespaces_allowed():
    return not subprocess.run([*ALONE, "true"], stderr=subprocess.DEVNULL).returncode


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


def kill(daemon):
    """Its namespace is empty when this returns."""
    try:
        with open("/proc/%d/task/%d/children" % (daemon.pid, daemon.pid)) as f:
            first_process = int(f.read())
        os.kill(first_process, signal.SIGKILL)
    except (OSError, ValueError):
        daemon.kill()  # it has none, or not yet
    daemon.wait()


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
            self.daemons[name] = subprocess.Popen([*ALONE, *command], stdin=subprocess.DEVNULL, stdout=out,
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
        for what in ("boot_id", "product_uuid"):
            with open(os.path.join(self.work, "%s.%s" % (name, what)), "w") as f:
                f.write("%s\n" % uuid.uuid4())
        for directory in ("spool." + name, name + ".state"):
            os.makedirs(os.path.join(self.work, directory), exist_ok=True)
        self._start(name, *self._as_node(name, "slurmd", "-D", "-N", name))

    def _as_node(self, name, *command):
        return ["sh", "-c", NODE.format(work=self.work, name=name), "-", *command]

    def run_on_node(self, name, *command):
        subprocess.run([*ALONE, *self._as_node(name, *command)], stdout=subprocess.DEVNULL, check=True)

    def kill_node(self, name):
        """As a power cut would: the daemon and all that it had started, at once."""
        kill(self.daemons.pop(name))

    def ask(self, *command):
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=True,
                              cwd=self.work).stdout.strip()

    def nodes_in(self, state):
        try:
            return len(self.ask("sinfo", "-h", "-N", "-o", "%N", "-t", state).split())
        except subprocess.CalledProcessError:
            return 0

    def end(self):
        for daemon in reversed(self.daemons.values()):
            kill(daemon)
