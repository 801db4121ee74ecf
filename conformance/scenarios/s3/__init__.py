"""Scenarios of S3."""
