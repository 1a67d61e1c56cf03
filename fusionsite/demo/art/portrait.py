"""A painted face in its place: mesh, relief, skin and features put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fusionsite.demo.art import features
from fusionsite.demo.art.canvas import Canvas, Plane, Points, ramp
from fusionsite.demo.art.mesh import Pose, Shape, oval, posed
from fusionsite.demo.art.outline import curve
from fusionsite.demo.art.relief import relief_of
from fusionsite.demo.art.skin import Look, shaded_skin

if TYPE_CHECKING:
    from fusionsite.demo.art.light import Lighting


def paint_face(
    canvas: Canvas, pose: Pose, shape: Shape, look: Look, lighting: Lighting
) -> npt.NDArray[Any]:
    """Paints a face without hair, ears and neck; returns its mesh, (468, 3) in units."""
    mesh = posed(pose, shape)
    part = canvas.around(oval(mesh), pose.width * 0.32)
    face = part.copy()
    relief = relief_of(face, mesh, pose.width, look.seed)
    face.pixels[:] = shaded_skin(face, mesh, relief, pose.width, look, lighting)
    features.paint_mouth_line(face, mesh, pose.width)
    features.paint_nostrils(face, mesh, pose.width)
    features.paint_eyes(face, mesh, pose.width, look, lighting)
    features.paint_brows(face, mesh, pose.width, look)
    face.skin[:] = 1
    part.paste(face, _visible(face, mesh, pose))
    return mesh


def head_outline(mesh: npt.NDArray[Any], pose: Pose, grow: float = 1.10) -> Points:
    """The outline of face and forehead: the mesh ends at the hairline, skin goes a little on."""
    rim = oval(mesh)
    centre = mesh[[168, 4, 152, 10], :2].mean(0)
    outline = centre + (rim - centre) * [grow, 1 + (grow - 1) * 0.6]
    above = ramp(centre[1] - rim[:, 1], pose.width * 0.18, pose.width * 0.45)
    outline[:, 1] -= pose.width * 0.08 * above
    return curve(outline, 240, closed=True)


def _visible(face: Canvas, mesh: npt.NDArray[Any], pose: Pose) -> Plane:
    return np.asarray(face.mask(head_outline(mesh, pose), pose.width * 0.008), np.float32)
