"""The shell: what it writes, and the one sentence it says when it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fusion import read_picture, write_picture
from fusion.__main__ import main
from tests import pictures

if TYPE_CHECKING:
    from fusion import RGB


@pytest.fixture
def me(tmp_path: Path, portrait: RGB) -> Path:
    path = tmp_path / "me.png"
    path.write_bytes(write_picture(portrait, "PNG"))
    return path


@pytest.fixture
def template(tmp_path: Path, drawn: RGB) -> Path:
    path = tmp_path / "template.jpg"
    path.write_bytes(write_picture(drawn))
    return path


def test_fuse_writes_a_picture_of_the_templates_size(
    me: Path, template: Path, tmp_path: Path, drawn: RGB
) -> None:
    out = tmp_path / "out.png"
    assert main(["fuse", str(me), str(template), str(out)]) == 0
    assert read_picture(out.read_bytes()).shape == drawn.shape
    assert sorted(p.name for p in tmp_path.iterdir()) == ["me.png", "out.png", "template.jpg"]


def test_degrees_reach_the_engine(me: Path, template: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    zero = ["--face-degree", "0", "--profile-degree", "0"]
    assert main(["fuse", str(me), str(template), str(out), *zero]) == 0
    assert np.array_equal(read_picture(out.read_bytes()), read_picture(template.read_bytes()))


def test_faces_are_listed_as_text_and_as_json(me: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", str(me)]) == 0
    assert capsys.readouterr().out.startswith("face 0: ")
    assert main(["faces", str(me), "--json"]) == 0
    (face,) = json.loads(capsys.readouterr().out)
    assert face["size_px"] > 80 and set(face["pose"]) == {"yaw", "pitch", "roll"}


def test_parse_writes_the_region_ids(me: Path, tmp_path: Path, portrait: RGB) -> None:
    out = tmp_path / "ids.png"
    assert main(["parse", str(me), str(out)]) == 0
    ids = read_picture(out.read_bytes())
    assert ids.shape[:2] == portrait.shape[:2]


def test_the_program_is_quiet_but_for_one_sentence(template: Path, tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    blank.write_bytes(write_picture(np.full((300, 300, 3), 99, np.uint8), "PNG"))
    arguments = ["fuse", str(blank), str(template), str(tmp_path / "out.jpg")]
    ran = subprocess.run(
        [sys.executable, "-m", "fusion", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert ran.returncode == 1 and ran.stdout == ""
    assert ran.stderr.strip().count("\n") == 0
    assert "No face was found" in ran.stderr and "Traceback" not in ran.stderr
    assert not (tmp_path / "out.jpg").exists()


def _bad_inputs(folder: Path, portrait: RGB) -> dict[str, str]:
    """File name and what must be said of it."""
    photo = write_picture(portrait)
    contents = {
        "text.jpg": (b"I am no picture\n", "not a readable picture"),
        "truncated.jpg": (photo[: len(photo) // 2], "ends after"),
        "bomb.png": (pictures.a_png_that_claims(10_000, 8_000), "80 megapixels; at most 40"),
        "empty.jpg": (b"", "not a readable picture"),
    }
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder.jpg").mkdir()
    said = {name: words for name, (_, words) in contents.items()}
    return {**said, "missing.jpg": "no such file", "folder.jpg": "is a directory"}


def test_bad_input_ends_with_one_sentence_and_nothing_written(
    template: Path, tmp_path: Path, portrait: RGB, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, words in _bad_inputs(tmp_path, portrait).items():
        before = sorted(p.name for p in tmp_path.iterdir())
        out = tmp_path / "out.jpg"
        assert main(["fuse", str(tmp_path / name), str(template), str(out)]) == 1
        said = capfd.readouterr().err.strip()
        assert words in said and name in said and said.count("\n") == 0, (name, said)
        assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_an_output_that_cannot_be_written_is_said(
    me: Path, template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for out in (tmp_path / "nowhere" / "out.jpg", tmp_path / "out.gif"):
        assert main(["fuse", str(me), str(template), str(out)]) == 1
        assert "cannot be written" in capfd.readouterr().err
        assert not out.exists()


def test_a_face_number_beyond_the_template_is_said(
    me: Path, template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jpg"
    assert main(["fuse", str(me), str(template), str(out), "--template-face", "4"]) == 1
    assert "has 1 faces" in capfd.readouterr().err


def test_a_wrong_degree_is_refused(me: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fuse", str(me), str(me), "x.jpg", "--face-degree", "120"])
    assert "between 0 and 100" in capfd.readouterr().err


def test_bench_measures_every_size_and_process_count(
    me: Path, template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["bench", str(me), str(template), "--rounds", "1", "--processes", "1"]
    assert main(arguments) == 0
    table = capsys.readouterr().out
    assert table.count("\n| 512 |") == 4 and table.count("\n| 1080 |") == 4
