"""Rogatory: a request for mutual legal assistance, from draft to custody sign-off, as a durable workflow."""

import sys
from pathlib import Path

__version__ = "0.1.0"

_app = Path(__file__).with_name("_app")
if _app.is_dir():  # installed from the wheel: the flat packages live here, under the one name we own
    sys.path.insert(0, str(_app))
