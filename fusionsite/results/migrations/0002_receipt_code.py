from django.db import migrations


class Migration(migrations.Migration):
    """The stored code becomes the receipt's alone; claim codes are stored nowhere."""

    dependencies = [("results", "0001_initial")]

    operations = [migrations.RenameField("result", "claim_code", "receipt_code")]
