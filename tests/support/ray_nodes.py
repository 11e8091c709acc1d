"""A Ray cluster of several nodes on this machine: `ray_nodes.py NODE...`, each NODE a JSON object.

A node says what it offers (`num_cpus`, `num_gpus`, `env_vars`); the first is the head. Says the address and
the nodes' processes as one line of JSON, then does `kill N` and `add NODE`, each answered with such a line.
Ends, with everything it started, when its input does. Ray keeps its files below RAY_TMPDIR.
"""

from __future__ import annotations

import json
import sys

from ray.cluster_utils import Cluster


def main():
    cluster = Cluster(shutdown_at_exit=True)
    started = []

    def add(text):
        quiet = {"include_dashboard": False} if not started else {}
        started.append(cluster.add_node(**json.loads(text), **quiet))

    for node in sys.argv[1:]:
        add(node)
    answer(cluster, started)
    for line in sys.stdin:
        order, _, what = line.strip().partition(" ")
        if order == "add":
            add(what)
        elif int(what) == 0:
            started[0].kill_gcs_server(check_alive=False)
            started[0].kill_all_processes(check_alive=False, allow_graceful=False)
        else:
            cluster.remove_node(started[int(what)], allow_graceful=False)
        answer(cluster, started)
    cluster.shutdown()


def answer(cluster, started):
    pids = [[info.process.pid for found in node.all_processes.values() for info in found] for node in started]
    sys.stdout.write(json.dumps({"address": cluster.address, "processes": pids}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
