"""Which server a QUIC packet is for, by the id that the server has put into its connection ids. Pure.

https://datatracker.ietf.org/doc/draft-ietf-quic-load-balancers/ (the plaintext algorithm) and
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
"""

LENGTH = 8  # bytes of a server's id; the byte before it tells how the connection id is made


def server_id(packet: bytes) -> str | None:
    """As targets tell it (0x and 16 digits); None where a connection id has no room for one."""
    if not packet:
        return None
    if packet[0] & 0x80:  # a long header tells how long the id is
        length = packet[5] if len(packet) > 5 else 0
        id = packet[6:6 + length]
    else:
        id = packet[1:]
    return f"0x{id[1:1 + LENGTH].hex()}" if len(id) > LENGTH else None
