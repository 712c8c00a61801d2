"""The measures, one after the other; each keeps its figures, and the last writes the page."""

import statistics
import time
from itertools import pairwise

import pytest

from bench import computing, crowd, measures, report, stages
from bench.sizes import SIZE
from config import health
from tests.real.databases import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


def test_exports_beside_noops_and_sql(erp, bench_worker, broker):
    companies = crowd.companies(erp.url, SIZE.companies)
    measures.export_rate(bench_worker, companies, SIZE.companies)  # everything is warm

    rates = {"exports": [], "noops": [], "claims": []}
    exporting, idling = (computing.Computing(bench_worker, erp, broker) for _ in range(2))
    for _ in range(SIZE.rounds):
        rates["exports"].append(measures.export_rate(bench_worker, companies, SIZE.exports, exporting))
        rates["noops"].append(measures.noop_rate(bench_worker, broker, SIZE.noops, idling))
        rates["claims"].append(measures.claim_rate(SIZE.claims))

    report.keep(rates=rates, computed={"an export": exporting.each(SIZE.exports), "a task": idling.each(SIZE.noops)})


def test_where_the_time_goes(erp, monkeypatch):
    (company,) = crowd.companies(erp.url, 1)
    crowd.accept([company], max(SIZE.exports // 4, 10))
    crowd.export([company])

    spent, statements = stages.milliseconds_by_stage(company, monkeypatch)

    report.keep(stages=spent, statements=statements)


def test_a_slow_erp(erp, bench_worker):
    """Two companies with two calls at once each keep four processes waiting for the ERP."""
    companies = crowd.companies(erp.url, 2)
    measures.export_rate(bench_worker, companies, 8)
    erp.misbehave("slow", times=None, delay_s=0.2)
    before = len(erp.send("GET", "/requests").json())

    rate = measures.export_rate(bench_worker, companies, SIZE.slow_exports)

    calls = (len(erp.send("GET", "/requests").json()) - before) / SIZE.slow_exports
    report.keep(slow={"rate": rate, "calls": calls, "at_once": 4, "latency": 0.2})


def test_a_backlog_drains(erp, bench_worker):
    """What an outage of an hour leaves: exports that fell due all through it."""
    companies = crowd.companies(erp.url, SIZE.companies)
    crowd.accept(companies, SIZE.backlog)
    with crowd.standing_still(bench_worker):
        crowd.export(companies)
        spread_over_the_last_hour()
        samples = [(0.0, crowd.moving(), health.oldest_due().total_seconds())]
    began = time.perf_counter()
    while samples[-1][1]:
        time.sleep(0.25)
        oldest = health.oldest_due()
        samples.append((time.perf_counter() - began, crowd.moving(), oldest.total_seconds() if oldest else 0.0))

    report.keep(backlog=samples)
    report.draw(samples)


def spread_over_the_last_hour():
    with as_owner() as owner:
        owner.execute(
            "UPDATE erp_integrations_exportjob job SET next_attempt_at = tieout_now() - interval '1 hour' * place.way"
            " FROM (SELECT id, percent_rank() OVER (ORDER BY md5(id::text)) AS way"
            "       FROM erp_integrations_exportjob) place"
            " WHERE job.id = place.id"
        )


def _longest_wait(samples):
    """Seconds that the age of the oldest due export took at most to reach a new low."""
    lows = [samples[0]]
    for sample in samples:
        if sample[2] < lows[-1][2]:
            lows.append(sample)
    return max(later[0] - earlier[0] for earlier, later in pairwise([*lows, samples[-1]]))


def test_the_page_is_written(db):
    found = report.json.loads(report.FIGURES.read_text())
    rates = {name: statistics.median(values) for name, values in found["rates"].items()}
    slow, samples = found["slow"], found["backlog"]
    ideal = slow["at_once"] / slow["latency"]
    report.write(
        [
            report.circumstances(),
            "",
            "| measure | per second: median (range) | ratio | aim |",
            "| --- | --- | --- | --- |",
            f"| exports, accepted to synced, 0 ms ERP | {report.middle(found['rates']['exports'])} | | |",
            f"| Celery tasks that do nothing | {report.middle(found['rates']['noops'])}"
            f" | {rates['exports'] / rates['noops']:.2f} | 0.25 |",
            f"| claim and finish in SQL alone | {report.middle(found['rates']['claims'])}"
            f" | {rates['exports'] / rates['claims']:.2f} | reported |",
            f"| exports, 200 ms ERP, {slow['at_once']} calls at once | {slow['rate']:.1f}"
            f" | {slow['rate'] / ideal:.2f} of c / 0.2 | 0.8 |",
            f"| its calls ({slow['calls']:.1f} an export: create, read back) | {slow['rate'] * slow['calls']:.1f}"
            f" | {slow['rate'] * slow['calls'] / ideal:.2f} of c / 0.2 | 0.8 |",
            "",
            "Milliseconds of CPU that one of them takes:",
            "",
            f"| | {' | '.join(found['computed']['an export'])} |",
            "| --- | --- | --- | --- | --- |",
            *[
                f"| {what} | {' | '.join(f'{1_000 * each:.1f}' for each in parts.values())} |"
                for what, parts in found["computed"].items()
            ],
            "",
            f"One export alone, in one process, takes {found['statements']} SQL statements and:",
            "",
            "| stage | ms | of which the worker computes |",
            "| --- | --- | --- |",
            *[f"| {stage} | {spent:.1f} | {computed:.1f} |" for stage, (spent, computed) in found["stages"].items()],
            "",
            f"A backlog of {samples[0][1]:,} exports that fell due over an hour was gone after {samples[-1][0]:.0f} s."
            f" Looked at {len(samples)} times, the oldest due one was never longer than {_longest_wait(samples):.1f} s"
            " without being younger than ever before.",
            "",
            "![Exports left and the age of the oldest due one, falling](backlog.svg)",
        ]
    )
