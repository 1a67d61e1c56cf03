"""`manage.py demo`: makes the demo as far as it is missing, and tells all about it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.refusals import Refusal
from fusionsite.demo import facts, picture, seeding


class Command(BaseCommand):
    """Idempotent: run it as often as you like."""

    help = "Makes the demo campaigns, people and materials, and prints how to reach them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print everything as JSON")
        parser.add_argument(
            "--picture",
            action="store_true",
            help="also make the first picture if there is none; needs a running worker",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seeded = seeding.seed()
        first = picture.made_before(seeded)
        if first is None and options["picture"]:
            try:
                first = picture.make(seeded)
            except Refusal as refusal:
                raise CommandError(f"The first picture was not made: {refusal}") from refusal
        if options["json"]:
            self.stdout.write(json.dumps(facts.as_json(seeded, first), indent=2))
        else:
            self.stdout.write(facts.as_text(seeded, first))
