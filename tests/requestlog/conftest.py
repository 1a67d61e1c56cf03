"""The dialects' world: their calls are what is logged."""

from tests.dialects.conftest import world

__all__ = ["world"]
