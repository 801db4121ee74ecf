"""Probes of firehose."""
