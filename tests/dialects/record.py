"""Records the transcripts anew: `python -m tests.dialects.record`; look at the diff afterwards."""

import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Plays every case with recording switched on; the exit code is pytest's."""
    folder = Path(__file__).parent
    for old in folder.glob("*/transcripts/*.http"):
        old.unlink()
    environment = os.environ | {"RECORD_TRANSCRIPTS": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:xdist",
        str(folder),
        "-k",
        "transcript",
    ]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
