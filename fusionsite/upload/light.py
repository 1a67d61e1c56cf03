"""A scene light enough for the first view on a phone: WebP, made once, kept in the cache."""

from io import BytesIO

from django.core.cache import cache
from PIL import Image

from templates_app.models import MaterialVersion

QUALITY = 70  # about a quarter of the stored JPEG's bytes; looked at beside it on a phone
KEPT_S = 7 * 86_400


def light(version: MaterialVersion, *, small: bool = False) -> bytes:
    """The version's picture, or its thumbnail, as WebP. FileNotFoundError when it was lost."""
    key = f"light:{version.sha256}:{'small' if small else 'full'}"
    encoded: bytes | None = cache.get(key)
    if encoded is None:
        encoded = _as_webp(_thumbnail(version) if small else version.image_bytes())
        cache.set(key, encoded, KEPT_S)
    return encoded


def _thumbnail(version: MaterialVersion) -> bytes:
    with version.thumbnail.open("rb") as stored:
        content: bytes = stored.read()
        return content


def _as_webp(picture: bytes) -> bytes:
    buffer = BytesIO()
    with Image.open(BytesIO(picture)) as decoded:
        decoded.convert("RGB").save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()
