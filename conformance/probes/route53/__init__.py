"""Probes of Route 53."""
