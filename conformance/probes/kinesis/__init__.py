"""Probes of kinesis."""
