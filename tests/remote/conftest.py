"""A server with the toy model."""

from tests.server.conftest import cache, served

__all__ = ["cache", "served"]
