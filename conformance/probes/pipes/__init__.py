"""Probes of EventBridge Pipes."""
