"""Every time-out and retry policy, each with its reason."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey

# The ledger is one database away, and is retried without end: a case waits for its record, it does not fail.
# Start-to-close is also how long a case stands still when the worker dies in mid-activity; so it is short.
LEDGER = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=10), retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1))
)
# Work that takes seconds or, with much evidence, hours: it beats every second, so a dead worker is noticed at once.
WORK = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(hours=12),
    heartbeat_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=5)),
)

# How long a case stands still when a worker dies in mid-task; the server's default is ten seconds.
TASK_TIMEOUT = timedelta(seconds=5)

STAGE = SearchAttributeKey.for_keyword("MlaStage")
