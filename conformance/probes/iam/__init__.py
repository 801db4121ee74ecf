"""Behaviours of IAM."""
