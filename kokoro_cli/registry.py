"""Tables of what the program can be extended with: engines, formats, documents, languages.

A row is a spec: a name, the module that does the work, and what is known without importing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from operator import attrgetter
from types import ModuleType
from typing import Protocol, TypeVar

from kokoro_cli.errors import UsageError


class Spec(Protocol):
    """One row of a registry. It also has a name, by default in an attribute of that name."""

    @property
    def module(self) -> str:
        """Absolute path of the module, so that another distribution can add a row."""
        ...


S = TypeVar("S", bound=Spec)


class Registry(Mapping[str, S]):
    """Specs by name, in the order in which they were added."""

    def __init__(
        self,
        kind: str,
        specs: Iterable[S] = (),
        *,
        also: Iterable[str] = (),
        key: Callable[[S], str] = attrgetter("name"),
    ) -> None:
        """*kind* names a row in errors: "engine". *key* returns a row's name.

        *also* are names without a row that a caller accepts too, such as "auto". Errors list them.
        """
        self._kind = kind
        self._also = tuple(also)
        self._key = key
        self._specs: dict[str, S] = {}
        for spec in specs:
            self.add(spec)

    def __getitem__(self, name: str) -> S:
        return self._specs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)

    def add(self, spec: S) -> None:
        """Add a row; ValueError if its name is taken."""
        name = self._key(spec)
        if name in (*self._also, *self._specs):
            raise ValueError(f"There is another {self._kind} named {name!r}.")
        self._specs[name] = spec

    def remove(self, spec: S) -> None:
        """Remove a row; KeyError if there is none of its name."""
        del self._specs[self._key(spec)]

    def find(self, name: str) -> S:
        """Return the spec of that name; UsageError with the known names if there is none."""
        if name not in self._specs:
            known = listed([*self._also, *self._specs])
            raise UsageError(f"Unknown {self._kind}: {name!r}.", hint=f"Known are {known}.")
        return self._specs[name]

    def load(self, name: str) -> ModuleType:
        """Import the module of the spec of that name and return it."""
        return import_module(self.find(name).module)


def listed(names: Iterable[str], word: str = "and") -> str:
    """Return the names as a sentence lists them: "a, b and c"."""
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last
