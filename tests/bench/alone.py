"""The engine alone, from the photo's bytes to the result's, in as many processes as asked."""

import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

from fusion import FuseOptions, Swap, TemplateAnalysis, get_engine, read_picture, write_picture
from fusion.engines.base import Engine
from fusion.picture import PictureLimits

LIMITS = PictureLimits(reduce_to_short_side_px=1080)
WARM_UP = 5


@cache
def _engine() -> Engine:
    return get_engine()


@cache
def _template(stored: bytes) -> TemplateAnalysis:
    return TemplateAnalysis.from_bytes(stored)


def _work(stored: bytes, photo: bytes, skin_tone: str, rounds: int) -> int:
    for _ in range(rounds):
        picture = read_picture(photo, LIMITS)
        face = _engine().find_faces(picture)[0]
        options = FuseOptions(skin_tone="own" if skin_tone == "own" else "template")
        fused = _engine().fuse(_template(stored), [Swap(picture, face, 0)], options)
        write_picture(fused)
    return rounds


def per_second(
    stored: bytes, photo: bytes, skin_tone: str, *, processes: int, rounds: int
) -> float:
    """Pictures per second of so many processes; the template is analysed beforehand."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        warm = [pool.submit(_work, stored, photo, skin_tone, WARM_UP) for _ in range(processes)]
        assert sum(future.result() for future in warm) == WARM_UP * processes
        began = time.perf_counter()
        runs = [pool.submit(_work, stored, photo, skin_tone, rounds) for _ in range(processes)]
        made = sum(future.result() for future in runs)
        return made / (time.perf_counter() - began)
