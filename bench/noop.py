"""The product's Celery with one more task, which does nothing: what a worker could do at best."""

from config.celery import app

__all__ = ["app", "nothing"]


@app.task
def nothing(number):
    return None
