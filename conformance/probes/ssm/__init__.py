"""Probes of ssm."""
