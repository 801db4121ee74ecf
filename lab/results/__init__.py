"""Results and cassettes as tables: one columnar store (Parquet files, read by DuckDB) for ``lab query``."""
