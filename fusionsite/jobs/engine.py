"""The process's one engine, and the template analyses it keeps in memory."""

from collections import OrderedDict
from functools import cache
from threading import Lock

from django.conf import settings

from fusion import TemplateAnalysis, get_engine
from fusion.engines.base import Engine
from templates_app.models import MaterialVersion


@cache
def engine() -> Engine:
    """The engine that the settings name; loaded at the first call, then shared by the process."""
    return get_engine(settings.FUSION_ENGINE)


class AnalysisShelf:
    """Analyses by material version, the least recently used ones dropped beyond `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[tuple[int, str, str], tuple[TemplateAnalysis, int]] = OrderedDict()
        self._lock = Lock()

    def analysis_of(self, version: MaterialVersion) -> TemplateAnalysis:
        """The stored analysis of a material version, read from its storage once per process."""
        key = (version.pk, version.sha256, version.analysis_key)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        stored = version.analysis_bytes()
        analysis = TemplateAnalysis.from_bytes(stored)
        with self._lock:
            self._kept[key] = (analysis, len(stored))
            while len(self._kept) > 1 and self._weight() > self._max_bytes:
                self._kept.popitem(last=False)
        return analysis

    def _weight(self) -> int:
        return sum(size for _, size in self._kept.values())


shelf = AnalysisShelf(settings.FUSION_TEMPLATE_CACHE_MB * 2**20)
