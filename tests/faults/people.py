"""The generator of a random run: people who bill, decide, change their minds and press twice, from one seed."""

import random
from collections import Counter
from datetime import date

from django.db import InterfaceError, OperationalError, connection

from erp_integrations import actions
from erp_integrations.exceptions import ExportError
from erp_integrations.models import MOVING, ExportJob, ExportRun
from invoicing import actions as billing
from invoicing.exceptions import InvoicingError
from invoicing.models import OwnerInvoice
from invoicing.states import MOVES, ErpStatus


class People:
    """One act after the other. Whoever comes at a bad time is told so, and that is no finding."""

    def __init__(self, seed, companies, numbers_under, *, claims):
        """`numbers_under` a reference: read off the ERP's screen. `claims`: whether some say what they have not seen.

        Where the ERP can be asked, it bears out what people say of it; where it cannot, their word is all there is.
        """
        self.random = random.Random(f"{seed} people")
        self.companies, self.numbers_under, self.claims = companies, numbers_under, claims
        self.done = Counter()

    ACTS = {
        "bill": 6,
        "bill_again": 2,
        "accept": 8,
        "export": 6,
        "undo": 1,
        "reject": 1,
        "recall": 1,
        "retry": 3,
        "hurry": 2,
        "give_up_on": 1,
        "send_again": 3,
        "call_it_absent": 2,
        "call_it_there": 2,
        "link": 1,
        "unlink": 1,
        "withdraw": 1,
        "book_outside": 1,
        "take_back": 1,
    }

    def act(self):
        name = self.random.choices(list(self.ACTS), list(self.ACTS.values()))[0]
        accounting = self.random.choice(self.companies)
        try:
            getattr(self, name)(accounting)
        except (ExportError, InvoicingError):
            name = f"{name}: bad timing"
        except (OperationalError, InterfaceError):
            name = f"{name}: cut off"
            connection.close()
        self.done[name] += 1

    def begin(self):
        """With something to export."""
        for accounting in self.companies:
            for _ in range(3):
                accounting.accepted_invoice()
            accounting.export()

    def act_until(self, ended):
        """In a thread of its own."""
        try:
            while not ended.wait(self.random.uniform(0, 0.2)):
                self.act()
        finally:
            connection.close()

    def bill(self, accounting):
        accounting.sent_invoice()

    def bill_again(self, accounting):
        """The next application of a contract that has been billed before."""
        if accounting.contracts:
            accounting.sent_invoice(self.random.choice(accounting.contracts))

    def accept(self, accounting):
        for invoice in self._some(accounting, ErpStatus.READY_TO_EXPORT, 3):
            actions.accept_invoice(invoice.pk, actor=accounting.approver)

    def export(self, accounting):
        accounting.export()
        if self.random.random() < 0.3:
            accounting.export()

    def undo(self, accounting):
        for invoice in self._some(accounting, ErpStatus.ACCEPTED):
            actions.undo_accept(invoice.pk, actor=accounting.approver)

    def reject(self, accounting):
        for invoice in self._some(accounting, ErpStatus.READY_TO_EXPORT):
            actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="Wrong period")

    def give_up_on(self, accounting):
        for invoice in self._some(accounting, ErpStatus.FAILED):
            actions.reject_invoice(invoice.pk, actor=accounting.approver, reason="The ERP does not take it")

    def recall(self, accounting):
        for invoice in self._some(accounting, ErpStatus.READY_TO_EXPORT):
            billing.recall_invoice(invoice.pk, actor=accounting.staff)

    def retry(self, accounting):
        for invoice in self._some(accounting, ErpStatus.FAILED, 3):
            actions.retry_export(invoice.pk, actor=accounting.approver)

    def hurry(self, accounting):
        for invoice in self._some(accounting, ErpStatus.EXPORTING, 3):
            actions.try_now(invoice.pk, actor=accounting.approver)

    def send_again(self, accounting):
        for invoice in self._some(accounting, *MOVES["send"].sources - {ErpStatus.NOT_SENT}):
            if invoice.erp_status == ErpStatus.REJECTED:
                billing.submit_invoice(invoice.pk, actor=accounting.staff)
                billing.approve_invoice(invoice.pk, actor=accounting.staff)
            billing.send_to_erp(invoice.pk, actor=accounting.staff)

    def call_it_absent(self, accounting):
        """Without having looked, as people do who want it out of their way."""
        for invoice in self._some(accounting, ErpStatus.NEEDS_CHECK):
            if self.claims:
                actions.answer_absent(invoice.pk, reason="I do not see it", actor=accounting.approver)

    def call_it_there(self, accounting):
        for invoice in self._some(accounting, ErpStatus.NEEDS_CHECK):
            for number in self.numbers_under(invoice.reference):
                actions.answer_there(invoice.pk, number=number, actor=accounting.approver)

    def link(self, accounting):
        """To a number that is another invoice's, since what failed is not in the ERP."""
        for invoice in self._some(accounting, ErpStatus.FAILED):
            other = self._some(accounting, ErpStatus.SYNCED)
            for number in self.numbers_under(other[0].reference) if other and self.claims else ():
                actions.link_to_erp(invoice.pk, number=number, actor=accounting.approver)

    def unlink(self, accounting):
        """What the ERP has as ever."""
        for invoice in self._some(accounting, ErpStatus.SYNCED):
            if self.claims:
                actions.unlink(invoice.pk, reason="Booked by mistake", actor=accounting.approver)

    def withdraw(self, accounting):
        for invoice in self._some(accounting, ErpStatus.EXPORTING):
            actions.withdraw_export(invoice.pk, actor=accounting.approver)

    def book_outside(self, accounting):
        told = {"number": "BY-HAND", "date": date(2026, 10, 31), "reason": "Nobody wanted to wait"}
        for invoice in self._some(accounting, ErpStatus.FAILED):
            actions.book_outside(invoice.pk, actor=accounting.approver, **told)

    def take_back(self, accounting):
        for invoice in self._some(accounting, ErpStatus.BOOKED_OUTSIDE):
            actions.take_back_booking(invoice.pk, actor=accounting.approver, reason="It was another one")

    def hurry_all(self):
        """What a patient approver does in the end: Retry now for all that waits."""
        for accounting in self.companies:
            for invoice in self._all(accounting, ErpStatus.EXPORTING, ErpStatus.NEEDS_CHECK):
                actions.try_now(invoice.pk, actor=accounting.approver)

    def _all(self, accounting, *statuses):
        return OwnerInvoice.objects.filter(company=accounting.company, erp_status__in=statuses).order_by("pk")

    def _some(self, accounting, *statuses_and_count):
        statuses = [each for each in statuses_and_count if isinstance(each, str)]
        most = next((each for each in statuses_and_count if isinstance(each, int)), 1)
        found = list(self._all(accounting, *statuses))
        return self.random.sample(found, min(len(found), most))


def moving():
    """What does not rest yet, in words that say why."""
    jobs = ExportJob.objects.filter(state__in=MOVING).order_by("pk")
    told = [f"{job.reference} {job.state} after {job.attempts}: {job.last_error_code}" for job in jobs]
    return told + [f"{run}, launched {run.launched_at}" for run in ExportRun.objects.filter(finished_at=None)]


def all_synced():
    """Every invoice is booked, and every run has ended: that comes a moment after its last invoice."""
    return set(OwnerInvoice.objects.values_list("erp_status", flat=True)) == {ErpStatus.SYNCED} and not moving()


def counted_statuses():
    return dict(Counter(OwnerInvoice.objects.values_list("erp_status", flat=True)).most_common())
