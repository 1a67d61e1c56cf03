"""The slot for an operator's model, driven by tiny graphs that are made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from fusion import FuseOptions, Swap, get_engine
from fusion.errors import ModelNotSupported

if TYPE_CHECKING:
    from pathlib import Path

    from fusion import RGB, Face

FLOAT = TensorProto.FLOAT


def _save(
    path: Path,
    nodes: list[onnx.NodeProto],
    ins: dict[str, list[int]],
    outs: dict[str, list[int]],
    tables: dict[str, np.ndarray],
) -> Path:
    graph = helper.make_graph(
        nodes,
        "made_for_a_test",
        [helper.make_tensor_value_info(n, FLOAT, s) for n, s in ins.items()],
        [helper.make_tensor_value_info(n, FLOAT, s) for n, s in outs.items()],
        [numpy_helper.from_array(table, name) for name, table in tables.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(path))
    return path


def _embedding(path: Path, length: int = 512) -> Path:
    """Mean colour of the picture, spread over ``length`` numbers."""
    rng = np.random.default_rng(1)
    return _save(
        path,
        [
            helper.make_node("ReduceMean", ["input"], ["mean"], axes=[2, 3], keepdims=0),
            helper.make_node("MatMul", ["mean", "spread"], ["embedding"]),
        ],
        {"input": [1, 3, 112, 112]},
        {"embedding": [1, length]},
        {"spread": rng.normal(size=(3, length)).astype(np.float32)},
    )


def _swap(
    path: Path, side: int = 128, table_side: int = 512, *, out_side: int | None = None
) -> Path:
    """The template's face with a colour added that depends on the 512 numbers."""
    rng = np.random.default_rng(2)
    return _save(
        path,
        [
            helper.make_node("MatMul", ["source", "colours"], ["colour"]),
            helper.make_node("Reshape", ["colour", "as_picture"], ["plane"]),
            helper.make_node("Add", ["target", "plane"], ["sum"]),
            helper.make_node("Clip", ["sum", "zero", "one"], ["output"]),
        ],
        {"target": [1, 3, side, side], "source": [1, 512]},
        {"output": [1, 3, side, side]},
        {
            "colours": rng.normal(size=(512, 3)).astype(np.float32),
            "as_picture": np.array([1, 3, 1, 1], np.int64),
            "zero": np.array(0, np.float32),
            "one": np.array(1, np.float32),
            "emap": np.eye(table_side, dtype=np.float32),
        },
    )


@pytest.fixture
def models(tmp_path: Path) -> dict[str, Path]:
    return {
        "embedding_model": _embedding(tmp_path / "embedding.onnx"),
        "swap_model": _swap(tmp_path / "swap.onnx"),
    }


def test_it_draws_with_the_operators_model(
    models: dict[str, Path], drawn: RGB, portrait: RGB, portrait_face: Face
) -> None:
    engine = get_engine("onnx_swap", **models)
    analysis = engine.analyse(drawn)
    assert analysis.key == "onnx_swap 1"
    result = engine.fuse(analysis, [Swap(portrait, portrait_face, 0)], FuseOptions())
    assert result.shape == drawn.shape
    box = analysis.faces[0].box
    inside = slice(box.top, box.bottom), slice(box.left, box.right)
    assert (result[inside] != drawn[inside]).any()
    outside = np.ones(drawn.shape[:2], bool)
    outside[box.top - 9 : box.bottom + 9, box.left - 9 : box.right + 9] = False
    assert np.array_equal(result[outside], drawn[outside])


def test_the_table_may_lie_beside_the_model(
    models: dict[str, Path], tmp_path: Path, drawn: RGB, portrait: RGB, portrait_face: Face
) -> None:
    np.save(tmp_path / "emap.npy", np.eye(512, dtype=np.float32))
    results = []
    for more in ({}, {"emap": tmp_path / "emap.npy"}):
        engine = get_engine("onnx_swap", **models, **more)
        swap = Swap(portrait, portrait_face, 0)
        results.append(engine.fuse(engine.analyse(drawn), [swap], FuseOptions()))
    assert np.array_equal(results[0], results[1])


def test_without_models_it_says_what_it_needs() -> None:
    with pytest.raises(ModelNotSupported, match="embedding model"):
        get_engine("onnx_swap")


def test_a_missing_file_is_named(models: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelNotSupported, match=r"gone\.onnx does not exist"):
        get_engine("onnx_swap", **{**models, "swap_model": tmp_path / "gone.onnx"})


def test_a_file_that_is_no_model_is_refused(models: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("not a model")
    with pytest.raises(ModelNotSupported, match="not an ONNX model"):
        get_engine("onnx_swap", **{**models, "swap_model": tmp_path / "text.onnx"})


def test_models_of_another_shape_are_refused(models: dict[str, Path], tmp_path: Path) -> None:
    short = _embedding(tmp_path / "short.onnx", 128)
    with pytest.raises(ModelNotSupported, match="no embedding model"):
        get_engine("onnx_swap", **{**models, "embedding_model": short})
    with pytest.raises(ModelNotSupported, match="no swap model"):
        get_engine("onnx_swap", **{**models, "swap_model": models["embedding_model"]})
    small = _swap(tmp_path / "small.onnx", 32)
    with pytest.raises(ModelNotSupported, match="32-px faces"):
        get_engine("onnx_swap", **{**models, "swap_model": small})


def test_a_table_of_another_shape_is_refused(models: dict[str, Path], tmp_path: Path) -> None:
    narrow = _swap(tmp_path / "narrow.onnx", table_side=256)
    with pytest.raises(ModelNotSupported, match="512x512"):
        get_engine("onnx_swap", **{**models, "swap_model": narrow})
    (tmp_path / "bad.npy").write_bytes(b"nothing")
    with pytest.raises(ModelNotSupported, match="NumPy table"):
        get_engine("onnx_swap", **models, emap=tmp_path / "bad.npy")
