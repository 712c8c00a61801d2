"""The real parts that tests run on: PostgreSQL, Valkey, processes of the product, a browser."""
