"""
Prints what psutil makes of an exported tree, as JSON: python3 read-psutil.py DIR. Every warning is an error:
psutil warns of figures it misses.
"""
import json
import sys
import warnings

import psutil

warnings.simplefilter("error")
psutil.PROCFS_PATH = sys.argv[1]
BOOT_TIME = psutil.boot_time()


def process(pid):
    """What there is to know of one process."""
    found = psutil.Process(pid)
    return {
        "pid": found.pid,
        "name": found.name(),
        "ppid": found.ppid(),
        "status": found.status(),
        "cmdline": found.cmdline(),
        "environ": found.environ(),
        "cwd": found.cwd(),
        "exe": found.exe(),
        "cpu_times": found.cpu_times()._asdict(),
        "cpu_num": found.cpu_num(),
        "create_time": found.create_time(),
        "memory_info": found.memory_info()._asdict(),
        "num_threads": found.num_threads(),
        "threads": [thread._asdict() for thread in found.threads()],
        "num_fds": found.num_fds(),
        "uids": list(found.uids()),
        "gids": list(found.gids()),
        "num_ctx_switches": list(found.num_ctx_switches()),
    }


print(
    json.dumps(
        {
            "boot_time": BOOT_TIME,
            "pids": sorted(psutil.pids()),
            "processes": [process(pid) for pid in sorted(psutil.pids())],
            "cpu_times": psutil.cpu_times()._asdict(),
            "per_cpu_times": [cpu._asdict() for cpu in psutil.cpu_times(percpu=True)],
            "cpu_stats": psutil.cpu_stats()._asdict(),
            "virtual_memory": psutil.virtual_memory()._asdict(),
            "swap_memory": psutil.swap_memory()._asdict(),
            "disks": psutil.disk_io_counters(perdisk=True),
            "networks": {
                name: counters._asdict() for name, counters in psutil.net_io_counters(pernic=True).items()
            },
        }
    )
)
