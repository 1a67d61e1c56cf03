"""The engine from a shell: ``python -m fusion fuse|faces|parse|bench``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fusion import measure
from fusion.bench import add_bench_arguments, run_bench
from fusion.engines import ENGINES, get_engine
from fusion.engines.base import FuseOptions, Swap
from fusion.errors import FusionError, NoFace, NoSuchFace
from fusion.parsing import parse, write_ids
from fusion.picture import PictureLimits, read_picture, write_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fusion.faces import RGB, Face

WRITABLE = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}


class Unreadable(FusionError):
    """A file that cannot be read or written, said in one sentence."""


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0, or 1 after one sentence on the error stream."""
    given = _parser().parse_args(arguments)
    try:
        with _quiet_networks():
            said = given.act(given)
    except FusionError as refused:
        print(f"fusion: {refused}", file=sys.stderr)
        return 1
    if said:
        print(said)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fusion", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="fuse|faces|parse|bench")
    fuse = acts.add_parser("fuse", help="put the face of one picture into another")
    fuse.add_argument("me", type=Path, help="photo with the face")
    fuse.add_argument("template", type=Path, help="picture that receives it")
    fuse.add_argument("out", type=Path, help="result: .jpg, .png or .webp")
    fuse.add_argument("--engine", default="warp", choices=sorted(ENGINES))
    fuse.add_argument("--face-degree", type=_degree, default=100, metavar="0-100")
    fuse.add_argument("--profile-degree", type=_degree, default=40, metavar="0-100")
    fuse.add_argument("--skin-tone", choices=("template", "own"), default="template")
    fuse.add_argument("--template-face", type=int, default=0, help="0 is the largest")
    fuse.add_argument("--quality", type=int, default=90)
    fuse.set_defaults(act=_fuse)
    faces = acts.add_parser("faces", help="boxes, pose, size and sharpness of every face")
    faces.add_argument("picture", type=Path)
    faces.add_argument("--json", action="store_true")
    faces.set_defaults(act=_faces)
    parse = acts.add_parser("parse", help="write the map of face regions 0-10 as a PNG")
    parse.add_argument("picture", type=Path)
    parse.add_argument("out", type=Path)
    parse.set_defaults(act=_parse)
    bench = acts.add_parser("bench", help="measure time and memory")
    add_bench_arguments(bench)
    bench.set_defaults(act=run_bench)
    return parser


def _degree(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError("a degree lies between 0 and 100")
    return value


def _fuse(given: argparse.Namespace) -> str:
    engine = get_engine(given.engine)
    ending = _ending(given.out)
    photo, template = _read(given.me), _read(given.template)
    faces = engine.find_faces(photo)
    if not faces:
        raise NoFace(f"No face was found in {given.me}; one that is clearly visible is needed.")
    places = engine.find_faces(template, every=True)
    if not 0 <= given.template_face < len(places):
        raise NoSuchFace(
            f"The template {given.template} has {len(places)} faces, so number "
            f"{given.template_face} cannot be used; 0 is the largest."
        )
    options = FuseOptions(given.face_degree, given.profile_degree, given.skin_tone)
    swap = Swap(photo, faces[0], given.template_face)
    result = engine.fuse(engine.analyse(template, faces=places), [swap], options)
    _write(given.out, write_picture(result, ending, given.quality))
    return ""


def _faces(given: argparse.Namespace) -> str:
    picture = _read(given.picture)
    faces = get_engine().find_faces(picture, every=True)
    if not faces:
        raise NoFace(f"No face was found in {given.picture}.")
    described = [_described(face, picture) for face in faces]
    if given.json:
        return json.dumps(described, indent=1)
    return "\n".join(_line(number, one) for number, one in enumerate(described))


def _described(face: Face, picture: RGB) -> dict[str, Any]:
    return {
        "box": asdict(face.box),
        "size_px": face.size_px,
        "score": round(face.score, 3),
        "presence": round(face.presence, 3),
        "pose": {name: round(angle, 1) for name, angle in asdict(face.pose).items()},
        "sharpness": round(face.sharpness, 1),
        "outside_share": round(measure.outside_share(face, picture), 3),
        "covered_share": round(measure.covered_share(face, picture), 3),
        "brightness": round(measure.brightness(face, picture), 1),
        "glasses": measure.wears_glasses(face, picture),
    }


def _line(number: int, one: dict[str, Any]) -> str:
    box, pose = one["box"], one["pose"]
    return (
        f"face {number}: {box['width']}x{box['height']} px at {box['left']},{box['top']}; "
        f"yaw {pose['yaw']:+.0f}, pitch {pose['pitch']:+.0f}, roll {pose['roll']:+.0f} degrees; "
        f"sharpness {one['sharpness']:.0f}{'; glasses' if one['glasses'] else ''}"
    )


def _parse(given: argparse.Namespace) -> str:
    _ending(given.out, only="PNG")
    _write(given.out, write_ids(parse(_read(given.picture))))
    return ""


def _ending(out: Path, only: str | None = None) -> str:
    name = WRITABLE.get(out.suffix.lower())
    if name is None or (only and name != only):
        raise Unreadable(f"{out} cannot be written; its name must end in {_endings(only)}.")
    return name


def _endings(only: str | None) -> str:
    return " or ".join(ending for ending, name in WRITABLE.items() if only in {None, name})


def _read(path: Path) -> RGB:
    try:
        content = path.read_bytes()
    except OSError as broken:
        raise Unreadable(f"{path} cannot be read: {_reason(broken)}.") from broken
    try:
        return read_picture(content, PictureLimits(max_bytes=50_000_000))
    except FusionError as refused:
        raise Unreadable(f"{path}: {refused}") from refused


def _write(path: Path, content: bytes) -> None:
    """All or nothing: a finished file is moved into place."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fusion-") as folder:
            whole = Path(folder) / path.name
            whole.write_bytes(content)
            whole.replace(path)
    except OSError as broken:
        raise Unreadable(f"{path} cannot be written: {_reason(broken)}.") from broken


def _reason(broken: OSError) -> str:
    return (broken.strerror or str(broken)).lower()


@contextmanager
def _quiet_networks() -> Iterator[None]:
    """LiteRT announces its delegate on descriptor 2; ours is for one sentence."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


if __name__ == "__main__":
    raise SystemExit(main())
