"""Scenarios of SNS."""
