"""Probes of sts."""
