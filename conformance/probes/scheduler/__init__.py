"""Probes of scheduler."""
