"""Probes of Application Auto Scaling."""
