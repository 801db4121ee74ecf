"""Probes of dynamodb."""
