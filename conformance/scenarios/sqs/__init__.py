"""Scenarios of SQS."""
