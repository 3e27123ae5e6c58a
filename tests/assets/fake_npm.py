"""A fake npm with one package, which can also misbehave."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

_NPM = """#!{python}
import json, pathlib, shutil, sys, time
here = pathlib.Path(__file__).parent
plan = json.loads((here / "plan.json").read_text())
with open(here / "calls", "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
step = plan.get(sys.argv[1], {{}})
if "sleep" in step:
    time.sleep(step["sleep"])
    (here / "slept").touch()
sys.stderr.write(step.get("stderr", ""))
if sys.argv[1] == "pack" and not step.get("code"):
    shutil.copy(here / "package.tgz", "package-1.0.0.tgz")
sys.exit(step.get("code", 0))
"""


class Npm:
    """The program in its own folder, which a test puts on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "npm").write_text(_NPM.format(python=sys.executable))
        (folder / "npm").chmod(0o755)
        self.plan()

    def plan(self, **steps: dict[str, Any]) -> None:
        """Set for each subcommand: seconds to "sleep", "stderr" to print, and exit "code"."""
        (self.folder / "plan.json").write_text(json.dumps(steps))

    def pack(self, members: dict[str, bytes]) -> None:
        with tarfile.open(self.folder / "package.tgz", "w:gz") as archive:
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))

    @property
    def slept(self) -> bool:
        """Whether it came to the end of a "sleep"."""
        return (self.folder / "slept").exists()

    @property
    def calls(self) -> list[list[str]]:
        file = self.folder / "calls"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
