"""What a process has held, as it says of itself to the one that started it."""

import resource
import sys
from pathlib import Path


def held() -> int:
    """The most bytes this process has held; without what its parent held before the program was started, if known.

    Linux counts the memory of the process that forked into `ru_maxrss` of the program then started (execve(2)).
    """
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line[:6] == "VmHWM:") * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
