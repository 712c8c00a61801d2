"""The demo ERP: a small accounting system of its own, in its own process, that Tieout talks to over HTTP only.

It keeps customer invoices in an append-only file, and behaves as badly as it is told to. Imports nothing of Tieout.
"""
