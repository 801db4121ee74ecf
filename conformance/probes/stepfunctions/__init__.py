"""Probes of stepfunctions."""
