"""Programs to copy: one per door and language, filled in with the reader's own key and campaign."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from campaigns.models import Credential, Dialect

FOLDER = Path(__file__).parent
# Name of the language, and of the file that the program is saved as.
LANGUAGES: Mapping[str, tuple[str, str]] = {
    "curl": ("curl", "fuse.sh"),
    "python": ("Python", "fuse.py"),
    "node": ("Node", "fuse.mjs"),
    "php": ("PHP", "fuse.php"),
    "java": ("Java", "Fuse.java"),
}
SETS: Mapping[Dialect, str] = {
    Dialect.API: "own-api",
    Dialect.TENCENT_V3: "tencent-v3",
    Dialect.TENCENT_FUSEAPI: "fuseapi",
    Dialect.JD_MORPH: "jd-morph",
    Dialect.JD_PARSER: "jd-parser",
    Dialect.AIGS: "aigs",
}
SECRET_HERE = "YOUR_SECRET"  # noqa: S105 - a word to be replaced


@dataclass(frozen=True)
class Snippet:
    """One program: its language's name, the file to save it as, its text."""

    language: str
    file_name: str
    text: str


def snippets(
    door: Dialect, key: Credential, *, secret: str = "", project: str = "", model: str = ""
) -> list[Snippet]:
    """The door's programs in every language; a word stands where a secret is not known."""
    place = urlsplit(settings.FUSION_BASE_URL)
    values = {
        "BASE": settings.FUSION_BASE_URL,
        "HOST": place.netloc,
        "SCHEME": place.scheme,
        "KEY": key.secret_id,
        "SECRET": secret or SECRET_HERE,
        "PROJECT": project,
        "MODEL": model,
        "APPID": key.account.appid,
        "UIN": key.account.uin,
    }
    return [
        Snippet(name, file_name, _filled(FOLDER / f"{SETS[door]}.{language}.txt", values))
        for language, (name, file_name) in LANGUAGES.items()
    ]


def _filled(file: Path, values: Mapping[str, str]) -> str:
    text = file.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


PICTURES_NEEDED = {
    Dialect.API: _("me.jpg: the photo."),
    Dialect.TENCENT_V3: _("me.jpg: the photo."),
    Dialect.TENCENT_FUSEAPI: _("me.jpg: the photo."),
    Dialect.JD_MORPH: _("me.jpg: the photo. template.jpg: the picture it goes into."),
    Dialect.JD_PARSER: _("me.jpg: the photo."),
    Dialect.AIGS: _("me.jpg: the photo. template.jpg: the picture it goes into."),
}
