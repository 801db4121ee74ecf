"""Scenarios of STS."""
