"""The small face networks: where their files are, that they are the tested ones, running them.

They are read from the installed ``mediapipe`` 0.10.21 package (Apache-2.0) as plain files; that
package is never imported. Another folder with the same files can be named by argument or by the
environment variable ``FUSION_NETWORKS_DIR``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from fusion.errors import NetworksMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fusion.faces import Floats

FOLDER_VARIABLE = "FUSION_NETWORKS_DIR"

NetworkName: TypeAlias = Literal[
    "short_range", "full_range", "mesh", "refined_mesh", "iris", "person"
]


@dataclass(frozen=True)
class NetworkFile:
    """One network: its place in the package and the SHA-256 of the tested file."""

    path: str
    sha256: str


FILES: dict[NetworkName, NetworkFile] = {
    "short_range": NetworkFile(
        "modules/face_detection/face_detection_short_range.tflite",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    ),
    "full_range": NetworkFile(
        "modules/face_detection/face_detection_full_range_sparse.tflite",
        "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
    ),
    "mesh": NetworkFile(
        "modules/face_landmark/face_landmark.tflite",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    ),
    "refined_mesh": NetworkFile(
        "modules/face_landmark/face_landmark_with_attention.tflite",
        "e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4",
    ),
    "iris": NetworkFile(
        "modules/iris_landmark/iris_landmark.tflite",
        "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    ),
    "person": NetworkFile(
        "modules/selfie_segmentation/selfie_segmentation.tflite",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    ),
}


def networks_folder(folder: Path | None = None) -> Path:
    """Where the files are looked for: argument, then environment, then the package.

    Raises NetworksMissing when there is no such folder.
    """
    named = folder or os.environ.get(FOLDER_VARIABLE)
    if named:
        if not Path(named).is_dir():
            raise NetworksMissing(f"The folder of the face networks, {named}, does not exist.")
        return Path(named)
    return _package_folder()


@lru_cache(maxsize=1)
def _package_folder() -> Path:
    spec = importlib.util.find_spec("mediapipe")
    if spec is None or not spec.submodule_search_locations:
        raise NetworksMissing(
            "The face networks are not installed; install requirements-models.txt or name their "
            f"folder in {FOLDER_VARIABLE}."
        )
    return Path(next(iter(spec.submodule_search_locations)))


@lru_cache(maxsize=32)
def network_bytes(name: NetworkName, folder: Path) -> bytes:
    """The checked file of a network, found by its path in the package or by its bare name.

    Raises NetworksMissing when it is absent or differs from the tested file.
    """
    wanted = FILES[name]
    places = (folder / wanted.path, folder / Path(wanted.path).name)
    place = next((p for p in places if p.is_file()), None)
    if place is None:
        raise NetworksMissing(f"{Path(wanted.path).name} is missing in {folder}.")
    content = place.read_bytes()
    if hashlib.sha256(content).hexdigest() != wanted.sha256:
        raise NetworksMissing(
            f"{place.name} in {folder} is not the tested file; the one of mediapipe 0.10.21 is "
            "needed."
        )
    return content


def check_networks(folder: Path | None = None) -> Path:
    """The folder, once every network in it is the tested one; NetworksMissing if not."""
    place = networks_folder(folder)
    for name in FILES:
        network_bytes(name, place)
    return place


class _ThreadsOwn(threading.local):
    """Interpreters of one thread: LiteRT breaks when two threads share one."""

    def __init__(self) -> None:
        self.interpreters: dict[tuple[str, Path], Any] = {}


_own = _ThreadsOwn()


def _forget() -> None:
    _own.interpreters.clear()


# A child process must not run interpreters that its parent built.
os.register_at_fork(after_in_child=_forget)


def run(name: NetworkName, tensor: Floats, folder: Path | None = None) -> list[Floats]:
    """Outputs of a network, largest first, as flat float32 arrays, for one NHWC input.

    The order of output tensors is not promised by the file format; their sizes tell them apart.
    """
    interpreter = _interpreter(name, networks_folder(folder))
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], tensor)
    interpreter.invoke()
    outputs = [
        np.asarray(interpreter.get_tensor(detail["index"]), np.float32).ravel()
        for detail in interpreter.get_output_details()
    ]
    return sorted(outputs, key=lambda output: -output.size)


def run_part(
    part: str, folder: Path, content: Callable[[], bytes], tensors: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Named outputs for named inputs of a network that is a part of a file.

    ``content`` gives the part's own file; it is asked once per thread, ``part`` and ``folder``.
    """
    interpreter = _kept((part, folder), content)
    for detail in interpreter.get_input_details():
        interpreter.set_tensor(detail["index"], tensors[detail["name"]])
    interpreter.invoke()
    return {
        detail["name"]: np.asarray(interpreter.get_tensor(detail["index"]), np.float32)
        for detail in interpreter.get_output_details()
    }


def _interpreter(name: NetworkName, folder: Path) -> Any:
    return _kept((name, folder), lambda: network_bytes(name, folder))


def _kept(key: tuple[str, Path], content: Callable[[], bytes]) -> Any:
    if key not in _own.interpreters:
        file = content()
        with _without_greeting():
            interpreter = Interpreter(model_content=file, num_threads=1)
            interpreter.allocate_tensors()
        _own.interpreters[key] = interpreter
    return _own.interpreters[key]


_greeting = threading.Lock()
_greeted = threading.Event()


@contextmanager
def _without_greeting() -> Iterator[None]:
    """Keeps the line that the runtime writes on standard error once per process to itself.

    Whoever calls the engine from a shell reads our sentences there and nothing else.
    """
    if _greeted.is_set():
        yield
        return
    with _greeting, Path(os.devnull).open("w") as nowhere:
        kept = os.dup(2)
        try:
            os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            _greeted.set()
