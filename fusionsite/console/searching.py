"""The words of a search box, made harmless for every database."""

from django.http import HttpRequest

LONGEST = 100


def words(request: HttpRequest, name: str = "q") -> str:
    """What was typed, without characters that cannot be seen; PostgreSQL refuses some of them."""
    typed = "".join(letter for letter in request.GET.get(name, "") if letter.isprintable())
    return typed.strip()[:LONGEST]
