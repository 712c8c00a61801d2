from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone

from invoicing.models import Attachment
from invoicing.models.attachments import FOLDER

# An upload that is under way has stored its file and not yet written its row.
YOUNGEST = timedelta(days=1)
# So long a removed file can still be had back by whoever runs Tieout.
KEPT_AFTER_REMOVAL = timedelta(days=30)


class Command(BaseCommand):
    help = "Delete stored files without an attachment, or removed 30 days ago; name those that are missing."

    def handle(self, *args, **options):
        now, seen, deleted = timezone.now(), set(), 0
        long_removed = Attachment.objects.filter(removed_at__lte=now - KEPT_AFTER_REMOVAL)
        gone = set(long_removed.values_list("file", flat=True))
        for path in stored_paths():
            seen.add(path)
            if path in gone or (is_old(path, now) and not Attachment.objects.filter(file=path).exists()):
                default_storage.delete(path)
                deleted += 1
        self.stdout.write(f"Deleted {deleted} of {len(seen)} stored files.")
        for attachment in Attachment.objects.filter(removed_at__isnull=True).iterator():
            if attachment.file.name not in seen and not default_storage.exists(attachment.file.name):
                self.stdout.write(f"Missing: {attachment.file.name}, attachment {attachment.pk}, {attachment.name!r}.")


def stored_paths():
    """Every file below the folder of attachments; each company has a folder of its own in it."""
    try:
        folders, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    yield from (f"{FOLDER}/{name}" for name in files)
    for folder in folders:
        yield from (f"{FOLDER}/{folder}/{name}" for name in default_storage.listdir(f"{FOLDER}/{folder}")[1])


def is_old(path, now):
    return default_storage.get_modified_time(path) <= now - YOUNGEST
