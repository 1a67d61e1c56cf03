"""Engines by name; only the chosen one is loaded."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fusion._memory import keep_freed_memory
from fusion.errors import EngineError

if TYPE_CHECKING:
    from fusion.engines.base import Engine

ENGINES = {
    "warp": "fusion.engines.warp.WarpEngine",
    "onnx_swap": "fusion.engines.onnx_swap.OnnxSwapEngine",
}


def get_engine(name: str = "warp", **settings: Any) -> Engine:
    """The engine of that name, built with its settings; EngineError for an unknown name.

    A name with a colon is the address of a class of your own: ``package.module:Class``. From then
    on the process keeps the memory that a picture has freed for the next one, up to 256 MB.
    """
    if ":" in name:
        module, _, kind = name.partition(":")
    elif name in ENGINES:
        module, _, kind = ENGINES[name].rpartition(".")
    else:
        known = ", ".join(sorted(ENGINES))
        raise EngineError(f"There is no engine called {name!r}; there are: {known}.")
    try:
        chosen = getattr(import_module(module), kind)
    except (ImportError, AttributeError) as error:
        raise EngineError(f"The engine {name!r} cannot be loaded: {error}.") from error
    keep_freed_memory()
    engine: Engine = chosen(**settings)
    return engine
