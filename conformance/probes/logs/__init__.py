"""Probes of logs."""
