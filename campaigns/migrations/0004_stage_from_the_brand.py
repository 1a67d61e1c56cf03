from django.db import migrations

FORMER_DEFAULT = "#f4f2ee"


def let_the_brand_decide(apps, schema_editor):
    """Nobody chose the former default, a light grey that was darkened beyond recognition."""
    campaigns = apps.get_model("campaigns", "Campaign")
    campaigns.objects.filter(stage_colour=FORMER_DEFAULT).update(stage_colour="")


def name_it_again(apps, schema_editor):
    campaigns = apps.get_model("campaigns", "Campaign")
    campaigns.objects.filter(stage_colour="").update(stage_colour=FORMER_DEFAULT)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_protection_and_preview")]

    operations = [migrations.RunPython(let_the_brand_decide, name_it_again)]
