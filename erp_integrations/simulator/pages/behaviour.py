"""The switch: how the ERP behaves from now on, in plain words."""

from html import escape

from ..documents import Refusal
from ..erp import Erp
from ..faults import MODES, Fault
from ..messages import Answer, Request, see_other

COMMON = ("refuse", "slow", "unavailable", "drop_after_store")
TIMES = {"": "until switched back", "1": "for the next request", "3": "for the next 3 requests"}


def behaviour_panel(erp: Erp) -> str:
    in_force = [one["mode"] for one in erp.faults.in_force()]
    common = "\n".join(_choice(mode, MODES[mode].words, mode in in_force) for mode in COMMON)
    rare_modes = [mode for mode in MODES if mode not in COMMON]
    rare = "\n".join(_choice(mode, MODES[mode].words, mode in in_force) for mode in rare_modes)
    opened = " open" if set(in_force) & set(rare_modes) else ""
    times = "".join(f'<option value="{value}">{words}</option>' for value, words in TIMES.items())
    return f"""<section class="behaviour" aria-labelledby="behaviour">
<h2 id="behaviour">Behaviour</h2>
{_now(erp)}
<form method="post" action="/behaviour">
<fieldset><legend>From now on</legend>
{_choice("", "Accept everything", not in_force)}
{common}
<details{opened}><summary>More ways to fail</summary>
{rare}
</details></fieldset>
<label for="times">How long</label>
<select id="times" name="times">{times}</select>
<button>Switch</button>
</form>
</section>"""


def _choice(mode: str, words: str, checked: bool) -> str:
    id = f"mode-{mode or 'none'}"
    mark = " checked" if checked else ""
    return (
        f'<div class="choice"><input type="radio" name="mode" id="{id}" value="{mode}"{mark}>'
        f'<label for="{id}">{escape(words)}</label></div>'
    )


def _now(erp: Erp) -> str:
    told = [f'<p class="now bad">{escape(_words(one))}</p>' for one in erp.faults.in_force()]
    told += [f'<p class="now bad">The period {period} is closed.</p>' for period in sorted(erp.ledger.closed_periods)]
    if period_is_closed(erp):
        told.append('<form method="post" action="/open-period"><button class="primary">Open the period</button></form>')
    return "\n".join(told) or '<p class="now ok">Accepts everything.</p>'


def _words(fault: dict) -> str:
    words = MODES[fault["mode"]].words
    if fault["times"] is None:
        return f"{words}."
    return f"{words}, {fault['times']} more {'time' if fault['times'] == 1 else 'times'}."


def period_is_closed(erp: Erp) -> bool:
    return bool(erp.ledger.closed_periods) or any(one["mode"] == "refuse" for one in erp.faults.in_force())


def switch_behaviour(erp: Erp, request: Request) -> Answer:
    form = request.form()
    mode, times = form.get("mode", ""), form.get("times", "")
    if (mode and mode not in MODES) or times not in TIMES:
        raise Refusal("mode_unknown", "This behaviour is not known. Nothing was switched.", status=400)
    erp.faults.replace([Fault(mode, int(times) if times else None, MODES[mode].delay_s)] if mode else [])
    return see_other("/")


def open_period(erp: Erp, request: Request) -> Answer:
    """Open every closed period, and leave other behaviour as it is."""
    erp.faults.drop("refuse")
    for period in sorted(erp.ledger.closed_periods):
        erp.ledger.set_period(period, is_open=True)
    return see_other("/")
