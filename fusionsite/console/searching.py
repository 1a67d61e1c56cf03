"""The words of a search box, made harmless for every database."""

from collections.abc import Mapping

LONGEST = 100


def words(asked: Mapping[str, str], name: str = "q") -> str:
    """What was typed, without characters that cannot be seen; PostgreSQL refuses some of them."""
    typed = "".join(letter for letter in asked.get(name, "") if letter.isprintable())
    return typed.strip()[:LONGEST]
