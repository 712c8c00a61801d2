"""Fill a new Tryton with a company's books, over its own RPC.

Run by the interpreter of Tryton's environment, never by Tieout's: proteus, Tryton's client, stands only there. Takes
the server's address, and a file that says in JSON what the books are to hold and how the administrator signs in.
"""

import base64
import datetime
import json
import sys
import xmlrpc.client
from decimal import Decimal
from pathlib import Path

from proteus import Model, Wizard, config


def main(address: str, wanted_file: Path) -> None:
    wanted = json.loads(wanted_file.read_text())
    connection = config.set_xmlrpc(address, headers=[("Authorization", session(address, wanted["admin_password"]))])
    company = make_company(wanted["company"], wanted["years"][0])
    connection._context = Model.get("res.user").get_preferences(True, {})
    receivable, revenue = make_chart(company)
    open_accounts(wanted, company, receivable, revenue)
    for year in wanted["years"]:
        open_year(year, company)
    greet_customers(wanted["customers"])
    let_in(wanted["user"], wanted["password"], company)


def session(address: str, password: str) -> str:
    """Signed in once: with a password on every call, Tryton would spend its time on hashing it."""
    with xmlrpc.client.ServerProxy(address, allow_none=True) as server:
        user, token, *_ = server.common.db.login("admin", {"password": password}, "en")
    return "Session " + base64.b64encode(f"admin:{user}:{token}".encode()).decode()


def make_company(name: str, first_year: int):
    currencies = Model.get("currency.currency")
    found = currencies.find([("code", "=", "USD")])
    dollar = found[0] if found else currencies(name="US Dollar", symbol="$", code="USD", numeric_code="840", digits=2)
    dollar.rounding = Decimal("0.01")
    if not dollar.rates:
        dollar.rates.new(date=datetime.date(first_year, 1, 1), rate=Decimal(1))
    dollar.save()
    party = Model.get("party.party")(name=name)
    party.save()
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party, wizard.form.currency = party, dollar
    wizard.execute("add")
    (company,) = Model.get("company.company").find()
    return company


def make_chart(company):
    """The small English chart that comes with Tryton; answers its receivable and its revenue account."""
    templates = Model.get("account.account.template")
    root = Model.get("ir.model.data").get_id("account.account_template_root_en", config.get_config().context)
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template, wizard.form.company = templates(root), company
    wizard.execute("create_account")
    first = {kind: first_account(kind, company) for kind in ("receivable", "payable", "revenue", "expense")}
    wizard.form.account_receivable, wizard.form.account_payable = first["receivable"], first["payable"]
    wizard.form.category_account_revenue, wizard.form.category_account_expense = first["revenue"], first["expense"]
    wizard.execute("create_properties")
    return first["receivable"], first["revenue"]


def first_account(kind: str, company):
    """The first of its kind that may be booked on; the chart closes those that only add up others."""
    usable = [(f"type.{kind}", "=", True), ("closed", "!=", True), ("company", "=", company.id)]
    return Model.get("account.account").find(usable, limit=1)[0]


def open_accounts(wanted: dict, company, receivable, revenue) -> None:
    """Retainage receivable is a receivable of its own, so that what is retained ages by itself."""
    for code, name in wanted["receivables"]:
        open_account(code, name, receivable, company)
    for code, name in wanted["revenues"]:
        open_account(code, name, revenue, company)


def open_account(code: str, name: str, like, company) -> None:
    account = Model.get("account.account")(name=name, code=code, company=company, type=like.type, parent=like.parent)
    account.reconcile, account.party_required = bool(like.reconcile), bool(like.party_required)
    account.save()


def open_year(number: int, company) -> None:
    """A fiscal year of twelve periods. Each numbers its own invoices, so that months may be billed in any order."""
    year = Model.get("account.fiscalyear")(name=str(number), company=company)
    year.start_date, year.end_date = datetime.date(number, 1, 1), datetime.date(number, 12, 31)
    year.move_sequence = sequence_of("Account Move", f"Moves of {number}", company)
    (general,) = year.invoice_sequences
    number_by(general, sequence_of("Invoice", f"Invoices of {number}", company))
    year.save()
    year.click("create_period")
    year.reload()
    for period in year.periods:
        month = f"{period.start_date:%Y-%m}"
        own = year.invoice_sequences.new(period=period, company=company)
        number_by(own, sequence_of("Invoice", f"Invoices of {month}", company, prefix=f"{month}-", padding=4))
    year.invoice_sequences.remove(year.invoice_sequences[0])
    year.save()


def number_by(row, sequence) -> None:
    row.out_invoice_sequence = row.out_credit_note_sequence = sequence
    row.in_invoice_sequence = row.in_credit_note_sequence = sequence


def sequence_of(kind: str, name: str, company, **more):
    (of_kind,) = Model.get("ir.sequence.type").find([("name", "=", kind)], limit=1)
    sequence = Model.get("ir.sequence.strict")(name=name, sequence_type=of_kind, company=company, **more)
    sequence.save()
    return sequence


def greet_customers(customers: list) -> None:
    parties = Model.get("party.party")
    for code, name in customers:
        party = parties(name=name, code=code)
        if not party.addresses:
            party.addresses.new()
        party.addresses[0].street, party.addresses[0].city = "1 Quay Street", "Harborview"
        party.save()


def let_in(login: str, password: str, company) -> None:
    """The user that Tieout signs in as: accounting's rights, not the administrator's."""
    users, groups, companies = Model.get("res.user"), Model.get("res.group"), Model.get("company.company")
    user = users(name="Tieout", login=login, password=password)
    for group in groups.find([("name", "in", ["Accounting", "Account Administration"])]):
        user.groups.append(groups(group.id))
    user.companies.append(companies(company.id))
    user.save()
    user.company = companies(company.id)
    user.save()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
