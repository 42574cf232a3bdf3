"""What the functions' processes held in memory at most, while local AWS ran them: beside it, what they are given."""

import re
from pathlib import Path

_WORKER = re.compile(r"-bench-Functions(?P<name>\w+?)Function[0-9A-F]{8}")
_PEAK = re.compile(r"^VmHWM:\s+(?P<kib>\d+) kB$", re.MULTILINE)


def peak_memory_mib() -> dict[str, int]:
    """Return each function's largest resident size so far, in MiB, over the workers that are there.

    Of the function's own process: pandoc, and the process that draws a diagram, come on top. Empty where there is no
    ``/proc``.
    """
    peaks: dict[str, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            worker = _WORKER.search((process / "cmdline").read_text(encoding="utf-8"))
            peak = _PEAK.search((process / "status").read_text(encoding="utf-8"))
        except OSError:  # It has ended meanwhile.
            continue
        if worker and peak:
            name = re.sub(r"(?<!^)(?=[A-Z])", "_", worker["name"]).lower()
            peaks[name] = max(peaks.get(name, 0), round(int(peak["kib"]) / 1024))
    return dict(sorted(peaks.items()))
