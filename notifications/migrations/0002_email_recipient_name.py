from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField("outgoingemail", "to_name", models.CharField(blank=True, default="", max_length=200)),
    ]
