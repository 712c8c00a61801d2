"""One random run: people and nemesis for a while, then everything heals, then the checker has the word."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from notifications import doorbell
from tests.erp_integrations.accounting import connected_company
from tests.faults.checker import findings
from tests.faults.nemesis import LATE, Nemesis, Parts
from tests.faults.people import People, counted_statuses, moving
from tests.faults.workers import work_off

PERSONALITIES = ("key", "upsert", "lookup", "nothing")


class RandomRun:
    """`told` hears of the progress, a sentence at a time."""

    def __init__(self, seed, *, processes, broker, addresses, folder, told=lambda sentence: None):
        self.personality = random.Random(f"{seed} personality").choice(PERSONALITIES)
        self.parts = Parts(processes, broker, addresses, folder, self.personality)
        for name in ("worker", "sweeper", "erp"):
            self.parts.start(name)
        own = {"personality": self.personality, "lookup_delay_s": str(round(LATE + 0.5))}
        companies = [connected_company(addresses.erp, company=name, **own) for name in ("north", "south")]
        claims = self.personality != "nothing"
        self.people = [
            People(f"{seed} {number}", [each], self.parts.numbers_under, claims=claims)
            for number, each in enumerate(companies)
        ]
        self.nemesis = Nemesis(seed, self.parts, [each.connection.pk for each in companies])
        self.told = told
        self.parts.wait_for_erp()
        for each in self.people:
            each.begin()
        self.parts.wait_for_worker()

    def rage(self, seconds, *, pause):
        """People and nemesis at once; a strike every `pause` seconds or so."""
        ends, ended, next_word = time.monotonic() + seconds, threading.Event(), time.monotonic()
        connection.close()
        with ThreadPoolExecutor(len(self.people)) as pool:
            acting = [pool.submit(each.act_until, ended) for each in self.people]
            try:
                while time.monotonic() < ends:
                    time.sleep(pause * self.nemesis.random.uniform(0.5, 1.5))
                    self.nemesis.strike()
                    if time.monotonic() >= next_word:
                        self.told(f"{ends - time.monotonic():5.0f} s left: {self.score()}")
                        next_word += 10
            finally:
                ended.set()
        for each in acting:
            each.result()
        self.nemesis.heal()
        doorbell.listen_again()

    def score(self):
        strikes = sum(self.nemesis.done[name] for name in self.nemesis.ACTS)
        try:
            return f"{counted_statuses()}, {strikes} strikes"
        finally:
            connection.close()

    def settle_after_the_last_kill(self, clock):
        """The quick end: everything dies at once, time goes by, and one worker comes back."""
        self.parts.kill("worker")
        self.parts.kill("sweeper")
        time.sleep(LATE)
        work_off(clock)

    def settle(self, seconds):
        """The slow end: nothing dies any more, people press Retry now, and the product's own parts do the rest.

        It ends when everything rests, or when for so many seconds nothing more came to rest: how long a backlog takes
        is the machine's affair, that it shrinks is ours.
        """
        fewest, ends = len(moving()), time.monotonic() + seconds
        while fewest and time.monotonic() < ends:
            self.parts.restart_the_dead()
            for each in self.people:
                each.hurry_all()
            time.sleep(1)
            if len(moving()) < fewest:
                fewest, ends = len(moving()), time.monotonic() + seconds

    def findings(self):
        return findings(self.parts.ledger())
