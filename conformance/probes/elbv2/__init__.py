"""Behaviours of Elastic Load Balancing v2."""
