"""Prints the peak of the resident memory (bytes) of a process and its children until it ends."""

import sys
import time

import psutil


def resident(process: psutil.Process) -> int:
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def main() -> None:
    peak = 0
    try:
        process = psutil.Process(int(sys.argv[1]))
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            peak = max(peak, resident(process))
            time.sleep(0.05)
    except psutil.NoSuchProcess:
        pass
    print(peak)


main()
