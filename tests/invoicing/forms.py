"""Forms as a person fills them in."""


def contract_form(owner, **changes):
    return {
        "number": "PC-011",
        "title": "Shell and core",
        "owner": owner.pk,
        "status": "approved",
        "contract_date": "2026-01-05",
        "start_date": "2026-02-01",
        "accounting_method": "amount",
        "work_retainage_percent": "10",
        "materials_retainage_percent": "7.5",
        "description": "",
    } | changes


def schedule_form(contract, *rows):
    """Existing lines first, then new ones: (item, description, value)."""
    lines = list(contract.lines.filter(change_order=None))
    form = {"version": contract.version}
    for n, (item, description, value) in enumerate(rows):
        key = lines[n].pk if n < len(lines) else f"new-{n - len(lines)}"
        cells = {"item": item, "description": description, "scheduled_value": value, "cost_code": ""}
        form |= {f"{name}-{key}": text for name, text in cells.items()}
    return form
