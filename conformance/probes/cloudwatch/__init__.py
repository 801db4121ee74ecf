"""Probes of CloudWatch."""
