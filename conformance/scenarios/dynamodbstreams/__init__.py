"""Scenarios of DynamoDB Streams."""
