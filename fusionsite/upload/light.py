"""A scene light enough for the first view on a phone: WebP, made once, kept in the cache."""

from io import BytesIO

from django.core.cache import cache
from PIL import Image

from templates_app.models import MaterialVersion

QUALITY = 70  # about a quarter of the stored JPEG's bytes; looked at beside it on a phone
KEPT_S = 7 * 86_400


def light(version: MaterialVersion) -> bytes:
    """The version's picture as WebP in its full size. FileNotFoundError when it was lost."""
    key = f"light:{version.sha256}"
    encoded: bytes | None = cache.get(key)
    if encoded is None:
        encoded = _as_webp(version.image_bytes())
        cache.set(key, encoded, KEPT_S)
    return encoded


def _as_webp(picture: bytes) -> bytes:
    buffer = BytesIO()
    with Image.open(BytesIO(picture)) as decoded:
        decoded.convert("RGB").save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()
