"""Scenarios of EventBridge Scheduler."""
