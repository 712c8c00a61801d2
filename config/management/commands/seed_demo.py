import json
from dataclasses import asdict

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from config.demo import ledger
from config.demo.attached import leave_attachments
from config.demo.billed import bill
from config.demo.codes import map_codes
from config.demo.companies import make_superuser, settle
from config.demo.contracts import jobs
from config.demo.drafts import leave_drafts
from config.demo.history import remember
from config.demo.payments import receive
from config.demo.people import HARBOR, NORTHLINE, PASSWORD, PEOPLE, TIDEWATER
from config.demo.unit_prices import leave_unit_prices
from directory.models import Company


class Command(BaseCommand):
    help = "Fill the database and the demo ERP with three companies and two years of billing; once."

    def add_arguments(self, parser):
        parser.add_argument("--people", action="store_true", help="only print who can sign in, as JSON")

    def handle(self, *args, people, **options):
        if people:
            self.stdout.write(json.dumps([asdict(person) | {"password": PASSWORD} for person in PEOPLE]))
        elif not Company.objects.filter(name=HARBOR).exists():
            self._seed()

    @transaction.atomic
    def _seed(self):
        ledger.empty()
        now = timezone.now()
        for name in (NORTHLINE, TIDEWATER, HARBOR):  # the last one's documents open the ledger's page
            settled = settle(name)
            billed = [bill(settled, job, timezone.localdate()) for job in jobs() if job.company == name]
            map_codes(settled, {each.contract.owner_id for each in billed if each.job.quirk == "unmapped"})
            remember(settled, billed, now)
            receive(settled, billed, timezone.localdate())
            leave_drafts(settled, billed)
            leave_unit_prices(settled, billed)
            if name == HARBOR:
                leave_attachments(settled, billed)
        make_superuser()
