"""Probes of sqs."""
