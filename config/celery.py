"""The Celery application: a doorbell, not a queue.

Every message carries one id and may be lost, doubled or late; PostgreSQL holds what is to be done. Hence no results, no
late acknowledgement, no publish retries and short socket timeouts: a hung broker must not hold up a person.
"""

import os

from celery import Celery, Task

from notifications import trace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class TracedTask(Task):
    """Carries the trace of whoever rings to the worker, whose log lines say it."""

    def apply_async(self, args=None, kwargs=None, **options):
        headers = {"trace": trace.current()} | (options.pop("headers", None) or {})
        return super().apply_async(args, kwargs, headers=headers, **options)

    def before_start(self, task_id, args, kwargs):
        trace.begin(self.request.get("trace") or "", task=self.name, task_id=task_id)


app = Celery("tieout", task_cls=TracedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=False,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=500,
    worker_max_memory_per_child=300_000,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_pool_limit=4,
    broker_transport_options={
        "visibility_timeout": 300,
        "socket_timeout": 2,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.2,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
    },
    beat_schedule={
        "sweep": {"task": "erp_integrations.sweeper.sweep", "schedule": 15.0, "options": {"expires": 15}},
        "periods": {
            "task": "invoicing.rounds.open_billing_periods",
            "schedule": 3_600.0,
            "options": {"expires": 3_600},
        },
    },
)
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="sweeper")
app.autodiscover_tasks(related_name="rounds")
