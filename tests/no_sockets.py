"""Run a program that the kernel ends with SIGSYS if it, or one that it starts, opens a socket.

    python tests/no_sockets.py PROGRAM ARGUMENT…

Sockets of the machine itself (AF_UNIX) are left alone: the C library asks for user names through
one, and sound goes through others. A filter in the kernel sees the calls of native code, too.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys

_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""The kernel's numbers for the processor and for socket(2)."""

SUPPORTED = sys.platform == "linux" and platform.machine() in _CALLS

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_KILL, _ALLOW = 0x80000000, 0x7FFF0000
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


def forbid_sockets() -> None:
    """Let the kernel end this process, and all that it starts, at the first socket."""
    architecture, call = _CALLS[platform.machine()]
    steps = [
        (_LOAD, 0, 0, 4),  # The processor.
        (_EQUAL, 0, 4, architecture),
        (_LOAD, 0, 0, 0),  # The system call.
        (_EQUAL, 0, 2, call),
        (_LOAD, 0, 0, 16),  # Its first argument.
        (_EQUAL, 0, 1, int(socket.AF_UNIX)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL),
    ]
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    text = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(text)))
    libc = ctypes.CDLL(None, use_errno=True)
    for given in ((_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER, header)):
        if libc.prctl(*given):
            raise OSError(ctypes.get_errno(), "prctl failed")


if __name__ == "__main__":
    forbid_sockets()
    os.execvp(sys.argv[1], sys.argv[1:])
