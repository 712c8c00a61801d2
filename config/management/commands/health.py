import json

from django.core.management.base import BaseCommand, CommandError

from config import health


class Command(BaseCommand):
    help = "Say how each part of this deployment is, as /healthz/ready does; ends with 1 when it is not ready."
    requires_system_checks = []

    def handle(self, *args, **options):
        parts = health.parts()
        self.stdout.write(json.dumps(parts))
        if health.verdict(parts) == health.NOT_READY:
            raise CommandError(health.NOT_READY)
