"""Probes of s3."""
