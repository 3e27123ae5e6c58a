"""Walk through a graph against the direction of its edges.

The exporter stores equal tensors once, so the names of weights say little: what belongs together is
found by following the edges.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, numpy_helper

Floats = npt.NDArray[np.float32]


class UnknownGraphError(Exception):
    """The graph is not of the kind that is cut here; says why."""


class Graph:
    """A graph whose edges can be followed backwards."""

    def __init__(self, model: ModelProto) -> None:
        self.model = model
        self.weights = {each.name: each for each in model.graph.initializer}
        nodes: list[NodeProto] = list(model.graph.node)
        self._nodes = {node.name: node for node in nodes}
        self._producers = {name: node for node in nodes for name in node.output}

    def node(self, name: str) -> NodeProto:
        if name not in self._nodes:
            raise UnknownGraphError(f"it has no node {name}")
        return self._nodes[name]

    def producer(self, value: str) -> NodeProto:
        """Return the node that makes a value."""
        if value not in self._producers:
            raise UnknownGraphError(f"no node makes {value}")
        return self._producers[value]

    def is_made_by(self, value: str, kind: str) -> bool:
        return value in self._producers and self._producers[value].op_type == kind

    def tensor(self, value: str) -> Floats:
        """Return a weight; another name for one counts as it."""
        while self.is_made_by(value, "Identity"):
            value = self.producer(value).input[0]
        if value not in self.weights:
            raise UnknownGraphError(f"{value} is not a weight")
        found: Floats = numpy_helper.to_array(self.weights[value])
        return found

    def nearest(self, value: str, kinds: Collection[str]) -> dict[str, NodeProto]:
        """Return the node of each kind that a value is made from, looking past none of them."""
        found: dict[str, NodeProto] = {}
        waiting = [value]
        while waiting:
            node = self._producers.get(waiting.pop())
            if node is None:
                continue
            if node.op_type not in kinds:
                waiting += node.input
            elif found.setdefault(node.op_type, node) is not node:
                raise UnknownGraphError(f"{value} is made from two of {node.op_type}")
        if missing := set(kinds) - set(found):
            raise UnknownGraphError(f"{value} is made without {' and '.join(sorted(missing))}")
        return found

    def part(self, outputs: Iterable[str], inputs: Iterable[str] = ()) -> list[NodeProto]:
        """Return the nodes that make the outputs from the inputs, in order."""
        passed, waiting, found = set(inputs), list(outputs), set()
        while waiting:
            value = waiting.pop()
            if value in passed:
                continue
            passed.add(value)
            if node := self._producers.get(value):
                found.add(node.output[0])
                waiting += node.input
        return [node for node in self.model.graph.node if node.output[0] in found]


def attribute(node: NodeProto, name: str) -> int:
    """Return a number that a node has for each dimension; the decoder's nodes have one."""
    return int(next(each.ints[0] for each in node.attribute if each.name == name))
