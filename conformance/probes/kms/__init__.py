"""Probes of KMS."""
