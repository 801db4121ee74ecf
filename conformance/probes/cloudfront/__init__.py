"""Probes of cloudfront."""
