from django.core.management.base import BaseCommand

from config.demo.people import HARBOR
from config.laptop.tryton.prepare import BOOKS
from config.laptop.tryton.server import DATABASE, USER, Books, Wanted
from erp_integrations.actions import connect_erp
from erp_integrations.models import ErpConnection


class Command(BaseCommand):
    help = "Let the demo's general contractor export into the Tryton at this address. The demo calls it."

    def add_arguments(self, parser):
        parser.add_argument("address")

    def handle(self, *args, address, **options):
        connection = ErpConnection.objects.get(company__name=HARBOR)
        settings = {
            "url": address,
            "database": DATABASE,
            "user": USER,
            "retainage": "two_documents",
            "retainage_account": Wanted.retainage[0],
            "revenue_account": "4000",
            "future_dates": "allow",
        }
        if (connection.adapter, connection.settings) != ("tryton", settings):
            secrets = {"password": Books(BOOKS).password("user")}
            connect_erp(connection.company_id, adapter="tryton", settings=settings, secrets=secrets)
