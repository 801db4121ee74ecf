"""The playback addon: requests that a cassette knows are answered from it, inside the proxy; AWS never sees them."""

import time
from typing import Any

from lab.cassette.model import Cassette
from lab.recorder.capture import Capture
from lab.recorder.redact import Redactor
from lab.server.answers import Answer, Answerer, exchange
from lab.server.library import Library, Miss


class Playback:
    """Each recorded step answers once, in the recorded order of its like, as VCR has it.

    ``records``: what the cassette doesn't know goes on to AWS; else it is refused with what the nearest step asks.
    ``played`` counts, ``refused`` holds the explanations. Stands behind the capture addon, which it relies on.
    """

    def __init__(self, cassette: Cassette, redactor: Redactor, records: bool):
        self.answerer = Answerer(Library([cassette], once=True), log=lambda line: None)
        self.redactor = redactor
        self.records = records
        self.played = 0
        self.refused: list[str] = []

    def request(self, flow: Any) -> None:
        if not Capture.takes(flow):
            return
        asked = exchange(flow.request.method, flow.request.path, Capture.headers(flow.request),
                         flow.request.raw_content or b"")
        call, found = self.answerer.look(asked)
        if isinstance(found, Miss):
            # A secret in the request stands in the cassette as its fake.
            self.redactor.learn(asked)
            again = self.answerer.look(self.redactor.redact(asked))
            call, found = again if not isinstance(again[1], Miss) else (call, found)
        if isinstance(found, Miss):
            if not self.records:
                self.refused.append(found.text)
                self.give(flow, self.answerer.refuse(call, found))
            return
        self.played += 1
        self.give(flow, self.answerer.give(call, found.step))

    def give(self, flow: Any, answer: Answer) -> None:
        """Answer in the place of AWS; the capture addon leaves such a flow alone."""
        from mitmproxy.http import Response

        headers = [pair for pair in answer.headers if pair[0].lower() != "content-length"]
        headers.append(("Content-Length", answer.length or str(len(answer.body))))
        fields = tuple((name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
                       for name, value in headers)
        now = time.time()
        flow.metadata["played"] = True
        flow.response = Response(b"HTTP/1.1", answer.status, b"", fields, answer.body, None, now, now)
