"""What a laptop and the tests need and a deployment brings itself: database, broker, browser, one supervisor for all.

Standard library and psycopg only; nothing here is imported by the product.
"""
