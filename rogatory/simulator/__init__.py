"""The requested state as a program: it receives, verifies, acknowledges, asks, executes and returns evidence.

For demonstrations, for tests, and for trying out a connection before the other authority is ready. It has keys and a
home of its own and sees nothing of ours but the folder between us: python -m rogatory.simulator --help
"""

from rogatory.simulator.founding import exchange_anchors, found

__all__ = ["exchange_anchors", "found"]
