"""Public numbers that are given out once and never again."""

from django.db import models, transaction
from django.db.models import F


class Series(models.Model):
    """One row per kind of public number; `last` is the newest that was given out."""

    name = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"

    @classmethod
    def take(cls, name: str, *, first: int) -> int:
        """The next number of the series, `first` if it is the very first.

        The row stays locked until the caller's transaction ends, so two takers never share one.
        """
        with transaction.atomic():
            cls.objects.get_or_create(name=name, defaults={"last": first - 1})
            cls.objects.filter(name=name).update(last=F("last") + 1)
            return cls.objects.get(name=name).last
