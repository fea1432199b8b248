"""Runs a command on a terminal of its own, as a person would see it, and presses Ctrl-C.

usage: cli_terminal.py COLUMNS PATTERN COMMAND...   Ctrl-C once the output matches PATTERN
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios


def main() -> int:
    """Writes what the terminal was sent to stdout; the command's exit status."""
    columns, pattern, command = int(sys.argv[1]), re.compile(sys.argv[2].encode()), sys.argv[3:]
    child, terminal = pty.fork()
    if child == 0:
        # The command reads the size when it starts: a pause would be a guess, so it is set here.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        os.execvp(command[0], command)
    seen, pressed = b"", False
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
        if not pressed and pattern.search(seen):
            os.write(terminal, b"\x03")
            pressed = True
    sys.stdout.buffer.write(seen)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
