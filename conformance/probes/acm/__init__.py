"""Probes of ACM."""
