"""A working folder of somebody else's, whose modules leave a mark if anything imports them."""

from __future__ import annotations

from pathlib import Path

MODULES = (
    *("json.py", "typing.py", "dataclasses.py", "os.py", "site.py", "runpy.py", "encodings.py"),
    *("pathlib.py", "subprocess.py", "sitecustomize.py", "usercustomize.py", "signal.py"),
    *("numpy/__init__.py", "onnxruntime/__init__.py", "torch/__init__.py", "typer/__init__.py"),
    *("rich/__init__.py", "espeakng_loader/__init__.py", "en_core_web_sm/__init__.py"),
)

OURS = ("kokoro_cli/__init__.py", "kokoro_cli/__main__.py", "kokoro_cli/config.py")

PROGRAMS = ("npm", "gcc", "cc", "ld", "objdump", "espeak", "ffmpeg", "git", "uname", "sh")


def make_hostile(folder: Path, modules: tuple[str, ...] = MODULES + OURS) -> Path:
    """Fill the folder; return the file that any of its modules and programs would write."""
    mark = folder / "mark"
    for name in modules:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"open({str(mark)!r}, 'a').write(__file__ + '\\n')\n")
    for name in PROGRAMS:
        (folder / name).write_text(f'#!/bin/sh\necho "$0 $*" >> "{mark}"\n')
        (folder / name).chmod(0o755)
    return mark


def assert_unmarked(mark: Path) -> None:
    assert not mark.exists(), mark.read_text()
