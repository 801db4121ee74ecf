"""Probes of Secrets Manager."""
