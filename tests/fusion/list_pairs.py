"""Lists every ordered pair of pictures in a folder that hold one usable face, as CSV.

    python -m tests.fusion.list_pairs FOLDER [NAME TO LEAVE OUT ...] > pairs.csv

Leave out second pictures of the same person.
For measuring the engine on more pairs than it was looked at with; docs/engines.md has the figures.
"""

import csv
import sys
from itertools import permutations
from pathlib import Path

from fusion import FusionError, get_engine, read_picture
from fusion.measure import usable


def holds_one_usable_face(file: Path) -> bool:
    """Whether exactly one face is found and nothing speaks against it."""
    try:
        picture = read_picture(file.read_bytes())
        faces = get_engine().find_faces(picture, every=True)
        for face in faces:
            usable(face, picture)
    except FusionError:
        return False
    return len(faces) == 1


def main() -> None:
    """Writes the list to standard output."""
    folder, left_out = Path(sys.argv[1]), set(sys.argv[2:])
    pictures = (file for file in folder.iterdir() if file.suffix in {".jpg", ".png"})
    files = sorted(file for file in pictures if file.name not in left_out)
    fitting = [file.name for file in files if holds_one_usable_face(file)]
    writer = csv.writer(sys.stdout)
    writer.writerow(["source", "template", "kind"])
    writer.writerows(
        (source, template, "combination") for source, template in permutations(fitting, 2)
    )


if __name__ == "__main__":
    main()
