"""Tryton 8.0 over its JSON-RPC. It is a program of its own (GPL-3), spoken to over HTTP and never imported."""

from .adapter import Tryton

__all__ = ["Tryton"]
