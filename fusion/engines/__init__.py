"""Engines by name; only the chosen one is loaded."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fusion.errors import EngineError

if TYPE_CHECKING:
    from fusion.engines.base import Engine

ENGINES = {
    "warp": "fusion.engines.warp.WarpEngine",
    "onnx_swap": "fusion.engines.onnx_swap.OnnxSwapEngine",
}


def get_engine(name: str = "warp", **settings: Any) -> Engine:
    """The engine of that name, built with its settings; EngineError for an unknown name."""
    if name not in ENGINES:
        known = ", ".join(sorted(ENGINES))
        raise EngineError(f"There is no engine called {name!r}; there are: {known}.")
    module, _, kind = ENGINES[name].rpartition(".")
    engine: Engine = getattr(import_module(module), kind)(**settings)
    return engine
