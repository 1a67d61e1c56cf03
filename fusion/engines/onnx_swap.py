"""An operator's own face-swap model: one network for likeness, one that draws 128-px faces.

For model pairs of the kind that public code knows as "arcface and 128-px swap": the first turns an
aligned face into 512 numbers, the second draws these into an aligned template face. Nothing is
shipped; whoever sets the two files declares to hold the rights to them. Templates are analysed,
light is matched and seams are blended as the default engine does it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np

from fusion.align import fit_similarity
from fusion.engines.warp import WarpEngine
from fusion.errors import ModelNotSupported
from fusion.fusing import Drawn
from fusion.topology import LEFT_EYE, RIGHT_EYE

if TYPE_CHECKING:
    from fusion.engines.base import FuseOptions, Swap
    from fusion.faces import RGB, Face, Floats
    from fusion.plate import Plate

ALIGNED_112 = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    np.float32,
)
"""Where eyes, nose tip and mouth corners lie in a 112-px aligned face (InsightFace's template)."""
EMBEDDING_LENGTH = 512
SMALLEST_SIDE, LARGEST_SIDE = 64, 1024


class _Model(NamedTuple):
    """A loaded network with the names and the square size that its file declares."""

    session: Any
    picture_input: str
    vector_input: str
    side: int


class OnnxSwapEngine(WarpEngine):
    """The default engine with the drawing done by an operator's model."""

    name = "onnx_swap"

    def __init__(
        self,
        embedding_model: str | Path | None = None,
        swap_model: str | Path | None = None,
        emap: str | Path | None = None,
        networks_folder: Path | None = None,
    ) -> None:
        """Loads and checks both models; ``emap`` is a .npy of 512x512 (default: in the model).

        Raises ModelNotSupported for a missing file, a wrong shape or a missing onnxruntime.
        """
        super().__init__(networks_folder)
        if embedding_model is None or swap_model is None:
            raise ModelNotSupported(
                "The engine onnx_swap needs the files of an embedding model and of a swap model."
            )
        self._embedding = _embedding_model(Path(embedding_model))
        self._swap = _swap_model(Path(swap_model))
        self._emap = _read_emap(Path(emap)) if emap else _emap_inside(Path(swap_model))

    def _draw(self, rectangle: RGB, plate: Plate, swap: Swap, options: FuseOptions) -> Drawn:
        side = self._swap.side
        onto = _aligning(plate.face, side) @ _whole_shift(plate.grid.left, plate.grid.top)
        latent = self._latent(swap.picture, swap.face)
        aligned = cv2.warpAffine(rectangle, onto, (side, side), flags=cv2.INTER_LINEAR)
        drawn = self._drawn(np.asarray(aligned, np.uint8), latent)
        size = (plate.grid.width, plate.grid.height)
        back = cv2.WARP_INVERSE_MAP
        texture = cv2.warpAffine(drawn, onto, size, flags=cv2.INTER_CUBIC | back)
        square = cv2.warpAffine(_soft_square(side), onto, size, flags=cv2.INTER_LINEAR | back)
        return Drawn(
            np.asarray(texture, np.uint8),
            plate.grid.shrink(np.asarray(texture, np.uint8)),
            plate.grid.cells(plate.face.landmarks),
            framed=False,
            cover=plate.grid.shrink(np.asarray(square, np.uint8)) / np.float32(255),
        )

    def _latent(self, picture: RGB, face: Face) -> Floats:
        side = self._embedding.side
        crop = cv2.warpAffine(picture, _aligning(face, side), (side, side), flags=cv2.INTER_LINEAR)
        tensor = (crop.astype(np.float32) - 127.5) / 127.5
        feed = {self._embedding.picture_input: tensor.transpose(2, 0, 1)[None]}
        vector = np.asarray(self._embedding.session.run(None, feed)[0], np.float32).ravel()
        latent = (vector / max(float(np.linalg.norm(vector)), 1e-6)) @ self._emap
        return np.asarray(latent / max(float(np.linalg.norm(latent)), 1e-6), np.float32)

    def _drawn(self, aligned: RGB, latent: Floats) -> RGB:
        model = self._swap
        tensor = aligned.astype(np.float32).transpose(2, 0, 1)[None] / 255
        feed = {model.picture_input: tensor, model.vector_input: latent[None]}
        answer = np.asarray(model.session.run(None, feed)[0], np.float32)[0].transpose(1, 2, 0)
        return np.asarray((answer.clip(0, 1) * 255).round(), np.uint8)


def _aligning(face: Face, side: int) -> Floats:
    """2x3 matrix that carries picture coordinates into an aligned square ``side`` pixels wide."""
    if side % 112 == 0:
        places = ALIGNED_112 * (side / 112)
    else:
        places = (ALIGNED_112 + np.array([8, 0], np.float32)) * (side / 128)
    fit = fit_similarity(_five_points(face), places.astype(np.float32))
    return np.hstack([fit.scale * fit.rotation, fit.shift[:, None]]).astype(np.float32)


def _five_points(face: Face) -> Floats:
    """Both eyes, tip of the nose, both corners of the mouth, left to right in the picture."""
    points = face.landmarks[:, :2]
    eyes = [points[LEFT_EYE].mean(axis=0), points[RIGHT_EYE].mean(axis=0)]
    return np.array([*eyes, points[1], points[61], points[291]], np.float32)


def _whole_shift(left: int, top: int) -> Floats:
    return np.array([[1, 0, left], [0, 1, top], [0, 0, 1]], np.float32)


def _soft_square(side: int) -> RGB:
    """White without its outermost tenth, feathered: the drawn square's edge is never shown."""
    border = max(side // 10, 1)
    square = np.zeros((side, side), np.uint8)
    square[border:-border, border:-border] = 255
    return np.asarray(cv2.GaussianBlur(square, (0, 0), side / 20), np.uint8)


def _embedding_model(path: Path) -> _Model:
    session = _session(path)
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or _length(outputs[0]) != EMBEDDING_LENGTH:
        raise ModelNotSupported(
            f"{path.name} is no embedding model: one picture in and {EMBEDDING_LENGTH} numbers out "
            "are needed."
        )
    return _Model(session, inputs[0].name, "", _side(inputs[0], path))


def _swap_model(path: Path) -> _Model:
    session = _session(path)
    pictures = [i for i in session.get_inputs() if len(i.shape) == 4]
    vectors = [i for i in session.get_inputs() if _length(i) == EMBEDDING_LENGTH]
    drawn = session.get_outputs()[0]
    if len(pictures) != 1 or len(vectors) != 1 or len(drawn.shape) != 4:
        raise ModelNotSupported(
            f"{path.name} is no swap model: a picture and {EMBEDDING_LENGTH} numbers in and a "
            "picture out are needed."
        )
    side = _side(pictures[0], path)
    if _side(drawn, path) != side:
        raise ModelNotSupported(f"{path.name} draws another size than it is given.")
    return _Model(session, pictures[0].name, vectors[0].name, side)


def _session(path: Path) -> Any:
    # The one place that needs the optional package; most installations go without it.
    try:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as native
    except ImportError as missing:
        raise ModelNotSupported(
            "The engine onnx_swap needs the package onnxruntime; install the extra 'onnx'."
        ) from missing
    if not path.is_file():
        raise ModelNotSupported(f"The model file {path} does not exist.")
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    settings.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    except (
        native.Fail,
        native.InvalidProtobuf,
        native.InvalidGraph,
        native.NotImplemented,
    ) as broken:
        raise ModelNotSupported(f"{path.name} is not an ONNX model that can be loaded.") from broken


def _length(value: Any) -> int | None:
    """The n of a 1 x n tensor; None for other shapes."""
    shape = value.shape
    return shape[1] if len(shape) == 2 and isinstance(shape[1], int) else None


def _side(value: Any, path: Path) -> int:
    shape = value.shape
    square = len(shape) == 4 and shape[1] == 3 and shape[2] == shape[3]
    if not square or not isinstance(shape[2], int):
        raise ModelNotSupported(f"{path.name} does not take 1x3xNxN pictures but {shape}.")
    if not SMALLEST_SIDE <= shape[2] <= LARGEST_SIDE:
        raise ModelNotSupported(
            f"{path.name} works on {shape[2]}-px faces; {SMALLEST_SIDE} to {LARGEST_SIDE} px are "
            "supported."
        )
    return shape[2]


def _read_emap(path: Path) -> Floats:
    try:
        table = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as broken:
        raise ModelNotSupported(f"{path} is not a NumPy table that can be read.") from broken
    return _checked_emap(table, path)


def _emap_inside(path: Path) -> Floats:
    """The table that such swap models carry as their graph's last initializer."""
    # Only models without a table of their own beside them need this package.
    try:
        import onnx
        from onnx import numpy_helper
    except ImportError as missing:
        raise ModelNotSupported(
            "Reading the table inside the swap model needs the package onnx; install the extra "
            "'onnx' or give the table as a .npy file."
        ) from missing
    stored = onnx.load(str(path)).graph.initializer
    if not stored:
        raise ModelNotSupported(f"{path.name} carries no 512x512 table; give one as a .npy file.")
    return _checked_emap(numpy_helper.to_array(stored[-1]), path)


def _checked_emap(table: Any, path: Path) -> Floats:
    if getattr(table, "shape", None) != (EMBEDDING_LENGTH, EMBEDDING_LENGTH):
        raise ModelNotSupported(
            f"The table of {path.name} must be {EMBEDDING_LENGTH}x{EMBEDDING_LENGTH} numbers."
        )
    return np.asarray(table, np.float32)
