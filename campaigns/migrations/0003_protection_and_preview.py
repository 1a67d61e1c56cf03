import django.core.validators
from django.db import migrations, models

import campaigns.models.campaign

MODELS = ("campaign", "historicalcampaign")


def captcha():
    return models.CharField(
        choices=[
            ("off", "Never"),
            ("under_load", "When it is busy, or somebody sends a lot"),
            ("always", "For every picture"),
        ],
        default="under_load",
        help_text=(
            "The visitor's phone solves a small sum in the background, which makes sending"
            " thousands of photos expensive. Nobody has to read or click anything."
        ),
        max_length=10,
        verbose_name="proof of work",
    )


def frame_ancestors():
    return models.JSONField(
        blank=True,
        default=list,
        help_text="Addresses like https://www.example.org. Empty: no other site may.",
        validators=[campaigns.models.campaign._are_origins],
        verbose_name="sites that may embed it",
    )


def stage_colour():
    return models.CharField(
        blank=True,
        help_text="Behind the title. Empty: a dark shade of the brand colour.",
        max_length=7,
        validators=[
            django.core.validators.RegexValidator(
                "^#[0-9a-fA-F]{6}$", "A colour looks like #1a2b3c."
            )
        ],
        verbose_name="stage colour",
    )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_append_only")]

    operations = [
        *(migrations.AddField(model, "captcha", captcha()) for model in MODELS),
        *(migrations.AddField(model, "frame_ancestors", frame_ancestors()) for model in MODELS),
        *(migrations.AlterField(model, "stage_colour", stage_colour()) for model in MODELS),
        migrations.AddField(
            "campaign", "preview_key", models.CharField(blank=True, editable=False, max_length=24)
        ),
        migrations.AddField(
            "campaign", "preview_until", models.DateTimeField(editable=False, null=True)
        ),
    ]
