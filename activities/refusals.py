"""Our errors as the workflow sees them: a refusal is final, an unreachable store is tried again."""

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError

from rogatory.errors import ChangedError, IntegrityError, NotFoundError, RefusedError, RogatoryError, UnreachableError


@contextmanager
def final_refusals() -> Iterator[None]:
    """Turns what no retry can change into a non-retryable ApplicationError; its type is the refusal's kind."""
    try:
        yield
    except RefusedError as error:
        raise ApplicationError(str(error), type=error.kind, non_retryable=True) from error
    except IntegrityError as error:
        raise ApplicationError(str(error), type="IntegrityFailure", non_retryable=True) from error
    except ChangedError as error:
        raise ApplicationError(str(error), type="AlreadyDecided", non_retryable=True) from error
    except NotFoundError as error:
        raise ApplicationError(str(error), type="NotFound", non_retryable=True) from error
    except UnreachableError:
        raise
    except RogatoryError as error:
        raise ApplicationError(str(error), type=type(error).__name__) from error
