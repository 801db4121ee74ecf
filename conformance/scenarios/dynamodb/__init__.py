"""Scenarios of DynamoDB."""
