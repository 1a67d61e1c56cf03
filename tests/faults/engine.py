"""An engine that fails on order: FUSION_ENGINE=tests.faults.engine:FaultyEngine."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from fusion import FuseOptions, Swap, TemplateAnalysis
from fusion.engines.warp import WarpEngine
from fusion.faces import RGB


class EngineBroke(Exception):
    """As any library might throw."""


class FaultyEngine(WarpEngine):
    """The warp engine, but each fusion first does what the order file in the var folder says."""

    def fuse(self, template: TemplateAnalysis, swaps: Sequence[Swap], options: FuseOptions) -> RGB:
        """`slow` takes a second, `raise` throws, `hang` sleeps, `deaf` sleeps through signals."""
        file = Path(os.environ["FUSION_VAR_DIR"]) / "engine-fault"
        fault = file.read_text() if file.exists() else ""
        if fault == "slow":
            time.sleep(1)
        if fault == "raise":
            raise EngineBroke
        if fault == "deaf":
            signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL})
        if fault in {"hang", "deaf"}:
            time.sleep(3600)
        return super().fuse(template, swaps, options)
