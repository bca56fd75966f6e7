"""What comes over the wire before there is a request: a head of bounded length, or the line that says why not."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_ADDRESS, LARGEST_HEAD = 32 * 1024, 64 * 1024
"""Bytes of a request's address, and of its address and headers together."""
LARGEST_BODY = 256 * 1024
"""Bytes of a form without files, and of the words of one with files."""
LINES = {
    400: ("Bad Request", "这不是一个完整的 HTTP 请求。\n"),
    414: ("URI Too Long", "地址太长。\n"),
    431: ("Request Header Fields Too Large", "请求头太大。\n"),
}


def refused_by_length(address: int, headers: int) -> int:
    """The status for an address and headers of so many bytes; 0 where both will do."""
    if address > LONGEST_ADDRESS:
        return 414
    return 431 if address + headers > LARGEST_HEAD else 0


class BoundedHead(HttpToolsProtocol):
    """Uvicorn's protocol, but that no caller makes it remember a head without end."""

    head: int | None = None
    """Bytes of the head that is arriving; None between heads."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.head is None or self.transport.is_closing():
            return
        self.head += len(data)
        if self.head > LARGEST_HEAD + LONGEST_ADDRESS:
            self._refuse(414 if len(self.url) > LONGEST_ADDRESS or not self.headers else 431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head = 0

    def on_headers_complete(self) -> None:
        self.head = None
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400)

    def _refuse(self, status: int) -> None:
        reason, sentence = LINES[status]
        body = sentence.encode()
        head = f"HTTP/1.1 {status} {reason}\r\ncontent-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\n"
        self.transport.write(
            f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body
        )
        self.transport.close()


def lengths(scope: Any) -> tuple[int, int]:
    """The bytes of a request's address and of its headers."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    return len(raw) + len(scope["query_string"]), sum(len(n) + len(v) + 4 for n, v in scope["headers"])
