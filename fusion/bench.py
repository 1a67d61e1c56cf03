"""How long a fusion takes, stage by stage, and how much memory a worker holds."""

from __future__ import annotations

import json
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from fusion.engines import get_engine
from fusion.engines.base import FuseOptions, Swap
from fusion.errors import NoFace
from fusion.picture import PictureLimits, read_picture, write_picture

if TYPE_CHECKING:
    import argparse

    from fusion.analysis import TemplateAnalysis
    from fusion.faces import RGB

PHOTO_LIMITS = PictureLimits(reduce_to_short_side_px=1080)
PHOTO_WIDTHS_PX = (640, 1080, 3024)
TEMPLATE_SIDES_PX = (512, 1080)


def add_bench_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -m fusion bench``."""
    parser.add_argument("me", type=Path, help="photo with a face; resized to the measured sizes")
    parser.add_argument("template", type=Path, help="template with a face; resized likewise")
    parser.add_argument("--engine", default="warp")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")


@dataclass(frozen=True)
class Timing:
    """Medians over the rounds, milliseconds per picture; the stages are wall clock."""

    template_px: int
    photo: str
    wall_ms: float
    cpu_ms: float
    fastest_ms: float
    read_ms: float
    find_ms: float
    fuse_ms: float
    write_ms: float


@dataclass(frozen=True)
class Throughput:
    """Pictures per second of several processes, and the memory of the largest one in MB."""

    template_px: int
    processes: int
    per_second: float
    peak_mb: float


def run_bench(given: argparse.Namespace) -> str:
    """The measured table as Markdown, or JSON."""
    photo = read_picture(given.me.read_bytes())
    template = read_picture(given.template.read_bytes())
    photos = {width: _jpeg(photo, width) for width in PHOTO_WIDTHS_PX}
    timings = [
        _timing(given.engine, _square(template, side), data, given.rounds)
        for side in TEMPLATE_SIDES_PX
        for data in photos.values()
    ]
    through = [
        _throughput(given.engine, _square(template, side), photos[1080], count, given.rounds)
        for side in TEMPLATE_SIDES_PX
        for count in sorted({1, given.processes})
    ]
    if given.json:
        found = {
            "timings": [asdict(row) for row in timings],
            "throughput": [asdict(row) for row in through],
        }
        return json.dumps(found, indent=1)
    return _tables(timings, through)


def _jpeg(photo: RGB, width: int) -> bytes:
    height = round(photo.shape[0] * width / photo.shape[1])
    method = cv2.INTER_AREA if width < photo.shape[1] else cv2.INTER_CUBIC
    return write_picture(np.asarray(cv2.resize(photo, (width, height), interpolation=method)))


def _square(template: RGB, side: int) -> RGB:
    zoom = side / max(template.shape[:2])
    size = (round(template.shape[1] * zoom), round(template.shape[0] * zoom))
    method = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(template, size, interpolation=method), np.uint8)


def _timing(engine_name: str, template: RGB, data: bytes, rounds: int) -> Timing:
    engine = get_engine(engine_name)
    analysis = engine.analyse(template)
    stages = []
    for _ in range(rounds + 3):
        cpu = time.process_time()
        marks = [time.perf_counter()]
        photo = read_picture(data, PHOTO_LIMITS)
        marks.append(time.perf_counter())
        face = engine.find_faces(photo)[0]
        marks.append(time.perf_counter())
        result = engine.fuse(analysis, [Swap(photo, face, 0)], FuseOptions())
        marks.append(time.perf_counter())
        write_picture(result)
        marks.append(time.perf_counter())
        stages.append([*np.diff(marks), marks[-1] - marks[0], time.process_time() - cpu])
    table = 1e3 * np.array(stages[3:])
    read, find, fuse, write, wall, cpu_ms = (float(v) for v in np.median(table, axis=0))
    size = f"{len(data) // 1000} kB JPEG"
    whole = read_picture(data)
    return Timing(
        max(template.shape[:2]),
        f"{whole.shape[1]}x{whole.shape[0]}, {size}",
        wall,
        cpu_ms,
        float(table[:, 4].min()),
        read,
        find,
        fuse,
        write,
    )


def _throughput(
    engine_name: str, template: RGB, data: bytes, processes: int, rounds: int
) -> Throughput:
    encoded = write_picture(template, "PNG")
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(_work, [(engine_name, encoded, data, 3)] * processes))
        started = time.perf_counter()
        peaks = list(pool.map(_work, [(engine_name, encoded, data, rounds)] * processes))
        seconds = time.perf_counter() - started
    rate = processes * rounds / seconds
    return Throughput(max(template.shape[:2]), processes, rate, max(peaks))


_prepared: dict[bytes, TemplateAnalysis] = {}


def _work(job: tuple[str, bytes, bytes, int]) -> float:
    """Fuses so many times, from bytes to bytes; the process's peak memory in MB."""
    engine_name, template, data, rounds = job
    engine = get_engine(engine_name)
    if template not in _prepared:
        _prepared[template] = engine.analyse(read_picture(template))
    for _ in range(rounds):
        photo = read_picture(data, PHOTO_LIMITS)
        faces = engine.find_faces(photo)
        if not faces:
            raise NoFace
        swap = Swap(photo, faces[0], 0)
        write_picture(engine.fuse(_prepared[template], [swap], FuseOptions()))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _tables(timings: list[Timing], through: list[Throughput]) -> str:
    lines = [
        "| template px | photo | wall ms | CPU ms | fastest | read | find | fuse | write |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in timings:
        figures = " | ".join(f"{v:.1f}" for v in list(asdict(row).values())[2:])
        lines.append(f"| {row.template_px} | {row.photo} | {figures} |")
    lines += ["", "| template px | processes | pictures/s | peak MB |", "|---|---|---|---|"]
    lines += [
        f"| {r.template_px} | {r.processes} | {r.per_second:.1f} | {r.peak_mb:.0f} |"
        for r in through
    ]
    return "\n".join(lines)
