"""Probes of EventBridge."""
