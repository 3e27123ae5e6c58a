"""Runs the steps of deploy/Dockerfile without a container engine, as root on Linux.

debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm base
python -m tests.deploy.rehearsal build --base base --work layers --arg EXTRAS=serve,model
python -m tests.deploy.rehearsal run --base base --work layers --models models -- serve

`base` stands for the image of the first FROM. Each stage becomes a layer over those below it. A
command runs as the image's user and first process, without rights, in a root that is read-only but
for /models and /tmp. pip's settings, and folders that --bind names, are those of this machine.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.dockerfile import Dockerfile, Stage, Step, read_dockerfile
from tests.pages import ROOT

LOCKED = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--clear-groups"]


class Rehearsal:
    def __init__(self, given: argparse.Namespace) -> None:
        self.dockerfile: Dockerfile = read_dockerfile(ROOT / "deploy" / "Dockerfile")
        self.base, self.work = given.base.resolve(), given.work.resolve()
        self.bound: list[Path] = given.bind
        self.arguments = {**self.dockerfile.arguments, **dict(a.split("=", 1) for a in given.arg)}

    def layer(self, stage: str) -> Path:
        return self.work / stage

    @contextmanager
    def root(self, target: str) -> Iterator[Path]:
        """Yield the root of a stage, with what is below it; its writes go to its layer."""
        merged, scratch = self.work / "merged", self.work / f"{target}.scratch"
        for folder in (merged, scratch, self.layer(target)):
            folder.mkdir(parents=True, exist_ok=True)
        below = [self.layer(each.name) for each in self.dockerfile.lineage(target)[:-1]]
        lower = ":".join(map(str, [*reversed(below), self.base]))
        options = f"lowerdir={lower},upperdir={self.layer(target)},workdir={scratch}"
        run(["mount", "-t", "overlay", "overlay", "-o", options, merged])
        try:
            yield merged
        finally:
            run(["umount", "--recursive", merged])

    def environment(self, target: str) -> dict[str, str]:
        found = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        for step in self.dockerfile.steps(target, "ENV"):
            for pair in shlex.split(step.text):
                name, _, value = pair.partition("=")
                found[name] = value.replace("$PATH", found["PATH"])
        return found

    def build(self, target: str) -> None:
        """Build a stage and, before it, those that it is made of."""
        for stage in self.dockerfile.lineage(target):
            if self.layer(stage.name).exists():
                continue
            for step in stage.steps:
                if step.name == "COPY" and "from" in step.flags:
                    self.build(step.flags["from"])
            self._build(stage)

    def _build(self, stage: Stage) -> None:
        folder, user, arguments = "/", "0:0", dict(self.arguments)
        with self.root(stage.name) as root:
            self._prepare(root)
            for step in stage.steps:
                print(f"{stage.name}: {step.name} {step.text}", flush=True)
                if step.name == "ARG":
                    name, _, default = step.text.partition("=")
                    arguments[name] = self.arguments.get(name, default)
                elif step.name == "WORKDIR":
                    folder = step.text
                    (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
                elif step.name == "USER":
                    user = step.text
                elif step.name == "COPY":
                    self._copy(step, root, folder)
                elif step.name == "RUN":
                    uid, gid = user.split(":")
                    variables = {**self.environment(stage.name), **pips(), **arguments}
                    inside = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
                    command = ["chroot", root, *inside, "sh", "-c", f"cd {folder} && {step.rest}"]
                    run(["env", "--ignore-environment", *pairs(variables), *command])

    def _prepare(self, root: Path) -> None:
        for name in ("python", "pip"):
            if not (root / f"usr/bin/{name}").exists():
                (root / f"usr/bin/{name}").symlink_to(f"{name}3")
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        run(["mount", "-t", "proc", "proc", root / "proc"])
        for path in [Path("/dev"), *self.bound]:
            bind(path, root)

    def _copy(self, step: Step, root: Path, folder: str) -> None:
        *sources, target = step.words
        place = root / (Path(folder) / target).relative_to("/")
        if stage := step.flags.get("from"):
            copied: Iterable[Path] = [self.layer(stage) / each.lstrip("/") for each in sources]
        else:
            kept = [each for each in ignored() if (ROOT / each).exists()]
            copied = [ROOT / each for each in (kept if sources == ["."] else sources)]
        for each in copied:
            into = place if stage else place / each.name
            into.parent.mkdir(parents=True, exist_ok=True)
            run(["cp", "--archive", "--no-target-directory", each, into])

    def start(self, target: str, words: list[str], models: Path, noexec: bool) -> int:
        """Run a command of the image; return its exit code."""
        uid, gid = self.dockerfile.last(target, "USER").text.split(":")
        entry = self.dockerfile.last(target, "ENTRYPOINT").words
        variables = {**self.environment(target), **keys()}
        with self.root(target) as root:
            run(["mount", "-t", "tmpfs", "-o", f"{'no' * noexec}exec,size=1g", "tmp", root / "tmp"])
            run(["mount", "--bind", models, root / "models"])
            bind(Path("/dev"), root)
            for path in self.bound:
                bind(path, root)
            run(["mount", "-o", "remount,ro", root])
            locked = ["setpriv", f"--reuid={uid}", f"--regid={gid}", *LOCKED]
            first = ["unshare", "--pid", "--fork", f"--mount-proc={root}/proc", "chroot", root]
            command = words or self.dockerfile.last(target, "CMD").words
            whole = ["env", "--ignore-environment", *pairs(variables), *first, *locked]
            return subprocess.run([*whole, *entry, *command]).returncode


def ignored() -> list[str]:
    """Return what .dockerignore lets through."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line[1:] for line in lines if line.startswith("!")]


def pips() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


def keys() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("KOKORO_")}


def pairs(variables: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in variables.items()]


def bind(path: Path, root: Path) -> None:
    place = root / path.relative_to("/")
    place.mkdir(parents=True, exist_ok=True)
    run(["mount", "--rbind", path, place])


def run(command: list[str | Path]) -> None:
    subprocess.run(command, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.deploy.rehearsal")
    parser.add_argument("action", choices=["build", "run"])
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--target", default="cpu")
    parser.add_argument("--arg", action="append", default=[], help="a build argument, NAME=VALUE")
    parser.add_argument("--bind", type=Path, action="append", default=[])
    parser.add_argument("--models", type=Path)
    parser.add_argument("--noexec", action="store_true", help="mount /tmp as docker's --tmpfs does")
    parser.add_argument("words", nargs="*")
    given = parser.parse_intermixed_args()
    if "KOKORO_REHEARSAL" not in os.environ:  # Mounts of its own, which end with it.
        os.environ["KOKORO_REHEARSAL"] = "1"
        os.execvp("unshare", ["unshare", "--mount", *sys.orig_argv])
    rehearsal = Rehearsal(given)
    if given.action == "run":
        return rehearsal.start(given.target, given.words, given.models.resolve(), given.noexec)
    rehearsal.build(given.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
