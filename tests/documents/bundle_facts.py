"""What a bundle is told of its contents."""

from hashlib import sha256

from pydantic import JsonValue

BUNDLE: dict[str, JsonValue] = {
    "audience": "court",
    "contents": [
        {
            "mark": "02",
            "type": "letter_of_request",
            "title": "Letter of Request",
            "language": "en",
            "version": 1,
            "dated": "2026-11-20T08:30:00+00:00",
            "sha256": sha256(b"signed letter").hexdigest(),
            "size": 120_000,
            "pages": 8,
            "signed_by": ["signatory"],
            "file": "02-letter-of-request.pdf",
            "shown": True,
            "page": 3,
        }
    ],
    "whole": 1,
    "left_out": 6,
    "volume": 1,
    "volumes": 1,
    "pages": 10,
}
