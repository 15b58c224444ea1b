"""What an address of the network says of itself."""

import ipaddress
from urllib.parse import SplitResult, urlsplit


def is_this_machine(host: str) -> bool:
    """Whether nobody but this machine answers under that host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def split_address(address: str) -> SplitResult | None:
    """Its parts; None unless it is one of http or https, with a host, and with no password, query or fragment."""
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    if not sound or parts.username or parts.query or parts.fragment or not address.isascii():
        return None
    return None if any(sign.isspace() for sign in address) else parts


def is_private_road(parts: SplitResult) -> bool:
    """Whether nobody on the road reads or changes what is said: https, or http that stays on this machine."""
    return parts.scheme == "https" or is_this_machine(parts.hostname or "")
