"""The Amazon States Language, without any input or output: definitions are compiled once, executions are plain state.

https://states-language.net/spec.html and https://docs.aws.amazon.com/step-functions/latest/dg/
"""

from emulator.engines.asl import maps, parallel, simple, tasks

__all__ = ["maps", "parallel", "simple", "tasks"]  # which tell the interpreter how states of their types work
