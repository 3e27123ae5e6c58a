"""A Dockerfile's stages and steps, as far as deploy/Dockerfile needs them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """An instruction, as RUN, and what follows it; lines that a backslash joins are one."""

    name: str
    text: str

    @property
    def flags(self) -> dict[str, str]:
        """What stands before the arguments, as ``--from=wheels``."""
        found = re.match(r"(--\S+\s+)*", self.text)
        assert found
        pairs = [flag.lstrip("-").partition("=") for flag in found[0].split()]
        return {name: value for name, _, value in pairs}

    @property
    def rest(self) -> str:
        return re.sub(r"^(--\S+\s+)+", "", self.text)

    @property
    def words(self) -> list[str]:
        """The arguments: a JSON list, or words."""
        if self.rest.startswith("["):
            return [str(word) for word in json.loads(self.rest)]
        return self.rest.split()


@dataclass
class Stage:
    base: str
    name: str
    steps: list[Step] = field(default_factory=list)


@dataclass
class Dockerfile:
    arguments: dict[str, str]
    """Those before the first stage, with their defaults."""
    stages: dict[str, Stage]

    def lineage(self, target: str) -> list[Stage]:
        """Return a stage and those below it, the lowest first."""
        stage = self.stages[target]
        return [*(self.lineage(stage.base) if stage.base in self.stages else []), stage]

    def steps(self, target: str, name: str | None = None) -> list[Step]:
        """Return the steps of an image, those of the stages below it first."""
        all_steps = [step for stage in self.lineage(target) for step in stage.steps]
        return [step for step in all_steps if name in (None, step.name)]

    def last(self, target: str, name: str) -> Step:
        return self.steps(target, name)[-1]


def read_dockerfile(path: Path) -> Dockerfile:
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = Dockerfile({}, {})
    for line in filter(None, joined.splitlines()):
        name, _, text = line.partition(" ")
        if name == "FROM":
            base, _, own = text.partition(" AS ")
            found.stages[own] = stage = Stage(base, own)
        elif found.stages:
            stage.steps.append(Step(name, text.strip()))
        else:
            assert name == "ARG", line
            argument, _, default = text.partition("=")
            found.arguments[argument] = default
    return found
