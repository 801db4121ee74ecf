"""Scenarios of IAM."""
