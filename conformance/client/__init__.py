"""Calls an endpoint as an SDK does: botocore's serializer, signer and parser, without its validation and retries."""
