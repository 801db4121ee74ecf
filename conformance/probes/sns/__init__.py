"""Behaviours of SNS."""
