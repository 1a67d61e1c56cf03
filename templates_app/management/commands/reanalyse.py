"""`manage.py reanalyse`: bring stored analyses up to the engine that is installed now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from campaigns.refusals import Refusal
from templates_app.reanalysis import outdated, reanalyse

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Run after every change of FUSION_ENGINE or upgrade; does nothing when all is current."""

    help = "Compute the analysis of every template anew that another engine version has made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only a look, on request."""
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        """Work through the outdated ones; the exit code is 1 if any could not be done."""
        versions = list(outdated())
        if dry_run:
            self.stdout.write(f"{len(versions)} outdated")
            return
        failed = 0
        for version in versions:
            try:
                reanalyse(version)
            except (Refusal, FileNotFoundError) as problem:
                failed += 1
                self.stderr.write(f"{version}: {problem}")
        if versions:
            self.stdout.write(f"{len(versions) - failed} done, {failed} failed")
        if failed:
            raise CommandError(f"{failed} of {len(versions)} could not be analysed")
