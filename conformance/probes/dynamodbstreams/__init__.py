"""Probes of dynamodbstreams."""
