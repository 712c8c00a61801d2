import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from erp_integrations import sweeper
from notifications import trace


class Command(BaseCommand):
    help = "Sweep every 15 seconds with nothing but PostgreSQL; while the broker is away, do the due work here."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=15.0, help="seconds between two rounds")
        parser.add_argument("--once", action="store_true", help="one round, then stop")

    def handle(self, *args, every, once, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            self._round()
            if once:
                return
            stop.wait(every)

    def _round(self):
        close_old_connections()
        trace.begin(task="export_sweeper")
        try:
            sweeper.sweep_without_broker()
        except Exception as error:  # the next round tries again; a sweeper that dies helps nobody
            self.stderr.write(f"Sweep failed: {error}")
