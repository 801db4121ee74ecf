"""Behaviours of AWS WAF."""
