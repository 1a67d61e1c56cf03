"""The face mesh with exact lips, eyelids and brows, from MediaPipe's attention mesh.

The file ``face_landmark_with_attention.tflite`` holds a coarse mesh and three small networks that
look again at the mouth and at each eye (Grishchenko et al., "Attention Mesh", 2020). Between the
two lie operations that LiteRT does not have: they find a turned rectangle around some of the
coarse points, cut it out of the feature map, and carry the answer back. So the file is read as a
graph, taken apart there, and both halves run as plain networks with those three steps done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import flatbuffers  # type: ignore[import-untyped]  # it ships no types
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from flatbuffers import flexbuffers

from fusion import networks
from fusion.align import INPUT_PX, cut_out, region_of_landmarks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from fusion.faces import RGB, Floats

MESH_POINTS = 468
_FILE_IDENTIFIER = b"TFL3"
_ANSWER_ZOOM = 4.0
"""Refined points are counted in quarters of a crop's pixel, as the crop is in the picture's."""


@dataclass(frozen=True)
class Look:
    """One second look: which mesh points it refines and the tensors on its way.

    ``coarse`` holds the mesh the rectangle is laid around, ``crop`` what is cut out of the feature
    map, ``answer`` the refined points. ``reach`` is the rectangle's growth (x, y), ``size`` the
    crop's (width, height), ``level`` the two points that lie level in it.
    """

    points: tuple[int, ...]
    coarse: str
    crop: str
    answer: str
    reach: tuple[float, float]
    size: tuple[int, int]
    level: tuple[int, int]


@dataclass(frozen=True)
class TakenApart:
    """Both halves as LiteRT files, and the names of the tensors between them."""

    first: bytes
    second: bytes
    picture: str
    features: str
    mesh: str
    looks: tuple[Look, ...]


def refine(picture: RGB, landmarks: Floats, folder: Path | None = None) -> Floats:
    """The 468 points of a face whose mesh is roughly known, (468, 2) in picture pixels."""
    region = region_of_landmarks(landmarks)
    crop = cut_out(picture, region, INPUT_PX)
    points = _run((crop.astype(np.float32) / 255.0)[None], networks.networks_folder(folder))
    back = cv2.invertAffineTransform(region.onto(INPUT_PX))
    return np.asarray(points @ back[:, :2].T + back[:, 2], np.float32)


def _run(tensor: Floats, folder: Path) -> Floats:
    """Refined points in pixels of the network's input (1, 192, 192, 3, in 0..1)."""
    parts = _taken_apart(folder)
    seen = networks.run_part("refined_mesh/1", folder, lambda: parts.first, {parts.picture: tensor})
    features = np.ascontiguousarray(seen[parts.features][0])
    frames = [_frame(seen[look.coarse][0], look) for look in parts.looks]
    crops = {
        look.crop: _cut(features, frame, look.size)
        for look, frame in zip(parts.looks, frames, strict=True)
    }
    answers = networks.run_part("refined_mesh/2", folder, lambda: parts.second, crops)
    points = seen[parts.mesh].reshape(MESH_POINTS, 3)[:, :2].copy()
    for look, frame in zip(parts.looks, frames, strict=True):
        answer = answers[look.answer].reshape(-1, 2)
        points[list(look.points)] = answer @ frame[:, :2].T + frame[:, 2] * _ANSWER_ZOOM
    return points


def _frame(coarse: Floats, look: Look) -> Floats:
    """2x3 matrix from crop pixels to feature-map pixels: the rectangle around the points."""
    left, right = coarse[list(look.level), :2]
    tilt = np.arctan2(right[1] - left[1], right[0] - left[0])
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    level = coarse[list(look.points), :2] @ turn
    low, high = level.min(axis=0), level.max(axis=0)
    matrix = np.empty((2, 3))
    matrix[:, :2] = turn * (look.reach * (high - low) / look.size)
    matrix[:, 2] = turn @ ((low + high) / 2) - matrix[:, :2] @ (np.array(look.size) / 2)
    return matrix.astype(np.float32)


def _cut(features: Floats, frame: Floats, size: tuple[int, int]) -> Floats:
    """The rectangle out of the feature map, (1, height, width, channels); zero outside."""
    centred = frame.copy()
    # Pixel (0, 0) stands for its own middle in both.
    centred[:, 2] += frame[:, :2] @ (0.5, 0.5) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(features, centred, size, flags=flags)[None], np.float32)


@lru_cache(maxsize=2)
def _taken_apart(folder: Path) -> TakenApart:
    content = networks.network_bytes("refined_mesh", folder)
    model = _read(content)
    graph = model.subgraphs[0]
    frames = _custom(model, "Landmarks2TransformMatrix")
    cuts = {int(op.inputs[1]): op for op in _custom(model, "TransformTensorBilinear")}
    answer_of = _answers(graph, _custom(model, "TransformLandmarks"))
    looks = tuple(_look(graph, op, cuts, answer_of) for op in frames)
    features = int(next(iter(cuts.values())).inputs[0])
    mesh = next(int(t) for t in graph.outputs if graph.tensors[t].shape[-1] == MESH_POINTS * 3)
    crops = [int(op.outputs[0]) for op in cuts.values()]
    coarse = [int(op.inputs[0]) for op in frames]
    wanted = [answer_of[int(op.outputs[0])] for op in frames]
    return TakenApart(
        first=_part(content, [int(t) for t in graph.inputs], [features, mesh, *coarse]),
        second=_part(content, crops, wanted),
        picture=_name(graph, graph.inputs[0]),
        features=_name(graph, features),
        mesh=_name(graph, mesh),
        looks=looks,
    )


def _answers(graph: Any, carries: list[Any]) -> dict[int, int]:
    """Tensor of the refined points by the tensor of the rectangle's matrix they come from."""
    maker = {int(t): op for op in graph.operators for t in op.outputs}
    answers: dict[int, int] = {}
    # The iris, too, is carried back with an eye's matrix; the longer answer is the eye itself.
    for op in sorted(carries, key=lambda op: int(graph.tensors[op.inputs[0]].shape[1])):
        points, zoomed_matrix = (int(t) for t in op.inputs)
        answers[int(maker[zoomed_matrix].inputs[0])] = points
    return answers


def _look(graph: Any, frame: Any, cuts: Mapping[int, Any], answer_of: Mapping[int, int]) -> Look:
    says = flexbuffers.Loads(bytes(frame.customOptions))
    matrix = int(frame.outputs[0])
    return Look(
        points=tuple(says["subset_idxs"]),
        coarse=_name(graph, frame.inputs[0]),
        crop=_name(graph, cuts[matrix].outputs[0]),
        answer=_name(graph, answer_of[matrix]),
        reach=(says["scale_x"], says["scale_y"]),
        size=(says["output_width"], says["output_height"]),
        level=(says["left_rotation_idx"], says["right_rotation_idx"]),
    )


def _part(content: bytes, inputs: list[int], outputs: list[int]) -> bytes:
    """A file with only the operations that lead from those tensors to these."""
    model = _read(content)
    graph = model.subgraphs[0]
    kept = _leading_to(graph.operators, inputs, outputs)
    graph.operators = [graph.operators[n] for n in kept]
    graph.inputs, graph.outputs = np.array(inputs, np.int32), np.array(outputs, np.int32)
    model.signatureDefs = None
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), file_identifier=_FILE_IDENTIFIER)
    return bytes(builder.Output())


def _leading_to(operators: list[Any], inputs: Collection[int], outputs: Iterable[int]) -> list[int]:
    """Positions, in order, of the operations needed for the outputs once the inputs are known."""
    maker = {int(t): n for n, op in enumerate(operators) for t in op.outputs}
    needed: set[int] = set()
    waiting = list(outputs)
    while waiting:
        tensor = waiting.pop()
        made_by = maker.get(tensor)
        if tensor in inputs or made_by is None or made_by in needed:
            continue
        needed.add(made_by)
        waiting += [int(t) for t in operators[made_by].inputs]
    return sorted(needed)


def _custom(model: Any, kind: str) -> list[Any]:
    names = [(code.customCode or b"").decode() for code in model.operatorCodes]
    return [op for op in model.subgraphs[0].operators if names[op.opcodeIndex] == kind]


def _read(content: bytes) -> Any:
    """The file as a tree of objects that can be changed."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))


def _name(graph: Any, tensor: int) -> str:
    return str(graph.tensors[tensor].name.decode())
