from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_guardians_and_leads")]

    operations = [
        migrations.AddField("fusionjob", "source", models.CharField(blank=True, max_length=40)),
        migrations.AddField("fusionjob", "preview", models.BooleanField(default=False)),
    ]
