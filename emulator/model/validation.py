"""Placeholder until the real one is written (same interface)."""


def validator(shape):
    return lambda given: []


def describe(violations):
    return ""
