from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_email_recipient_name")]

    operations = [
        migrations.AddField("outgoingemail", "attachment", models.BinaryField(default=b"")),
        migrations.AddField(
            "outgoingemail", "attachment_name", models.CharField(blank=True, default="", max_length=120)
        ),
    ]
