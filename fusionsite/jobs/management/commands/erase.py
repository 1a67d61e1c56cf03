"""`manage.py erase`: erases now what the clock would erase in time, and says what is left."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fusionsite.jobs import photos, tasks
from fusionsite.results.models import Result
from fusionsite.results.tasks import erase_expired


class Command(BaseCommand):
    """Safe beside the clock: erasing twice changes nothing. Fails while anything is left."""

    help = "Erases photos past their time, pictures whose link has ended, and lost attempts."

    def handle(self, *args: Any, **options: Any) -> None:
        jobs = tasks.erase_photos()
        pictures, failed = _until_done(erase_expired, "erased")
        leftovers, stuck = _until_done(tasks.clear_leftovers, "cleared")
        overdue = Result.objects.due(timezone.now()).order_by("expires_at")
        self.stdout.write(f"photos of ended or old jobs erased: {jobs}")
        self.stdout.write(f"photos held for jobs at work: {len(list(photos.held()))}")
        self.stdout.write(f"pictures erased: {pictures}; failed: {failed}")
        self.stdout.write(f"leftovers of lost attempts cleared: {leftovers}; failed: {stuck}")
        for result in overdue[:20]:
            self.stdout.write(
                f"overdue: {result.key} since {result.expires_at:%Y-%m-%d %H:%M}, "
                f"{result.erase_failures} failures"
            )
        if failed or stuck:
            raise CommandError("The storage fails; the clock tries again, or run this again.")


def _until_done(batch: Any, word: str) -> tuple[int, int]:
    """How many went in all batches, and how many of the last one could not."""
    gone = 0
    while True:
        report: dict[str, int] = batch()
        gone += report[word]
        if not report[word] or report["failed"]:
            return gone, report["failed"]
