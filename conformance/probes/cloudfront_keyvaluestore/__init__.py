"""Probes of cloudfront-keyvaluestore."""
