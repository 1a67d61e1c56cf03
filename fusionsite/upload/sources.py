"""Where a visitor came from, as the link itself says (`?from=poster`); carried on, never kept."""

import re

from django.http import HttpRequest

PARAMETER = "from"
MAX_LENGTH = 40
_TAG = re.compile(rf"[a-z0-9](?:[a-z0-9_-]{{0,{MAX_LENGTH - 1}}})")


def source_of(request: HttpRequest) -> str:
    """The tag in the address or the form, in small letters; empty for none or an odd one."""
    tag = request.POST.get(PARAMETER) or request.GET.get(PARAMETER) or ""
    tag = tag.strip().lower()
    return tag if _TAG.fullmatch(tag) else ""


def carried(url: str, source: str) -> str:
    """The address with the tag added, so that the next page still knows it."""
    if not source:
        return url
    address, hash_mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{PARAMETER}={source}{hash_mark}{fragment}"
