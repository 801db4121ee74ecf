"""Placeholder until the real one is written (same interface)."""


class Decoder:
    def __init__(self):
        self.done = False
        self.trailers = {}
        self._data = b""

    def feed(self, data):
        self._data += data
        out = b""
        rest = self._data
        while True:
            head, sep, tail = rest.partition(b"\r\n")
            if not sep:
                break
            size = int(head.split(b";")[0], 16)
            if size == 0:
                self.done = True
                for line in tail.split(b"\r\n"):
                    if b":" in line:
                        k, _, v = line.decode().partition(":")
                        self.trailers[k.strip().lower()] = v.strip()
                break
            if len(tail) < size + 2:
                break
            out += tail[:size]
            rest = tail[size + 2:]
        self._data = rest
        return out
