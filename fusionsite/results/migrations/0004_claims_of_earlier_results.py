from typing import Any

from django.db import migrations

from fusionsite.results.claiming import digest_for


def give_claims(apps: Any, schema_editor: Any) -> None:
    """Pictures made before there were claim codes can be found by one too."""
    results = apps.get_model("results", "Result").objects.filter(claim_digest="", erased_at=None)
    for result in results.only("pk", "key").iterator():
        results.filter(pk=result.pk).update(claim_digest=digest_for(result.key))


class Migration(migrations.Migration):
    dependencies = [("results", "0003_claims_and_gallery")]

    operations = [migrations.RunPython(give_claims, migrations.RunPython.noop)]
