"""manage.py reseal_secrets: puts kept secrets under the first of FUSION_CREDENTIAL_KEYS."""

from django.core.management.base import BaseCommand

from campaigns import credentials


class Command(BaseCommand):
    """Run it after putting a new key in front; then the old key can be taken out."""

    help = "Re-encrypt every kept secret with the first of FUSION_CREDENTIAL_KEYS."

    def handle(self, *args: object, **options: object) -> None:
        count = credentials.reseal_all()
        self.stdout.write(f"{count} secrets are now under the first key.")
