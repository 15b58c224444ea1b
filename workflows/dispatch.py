"""One package to the requested state: made once, kept in the vault, handed to the channel until it is out."""

from pydantic import JsonValue
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.transmission import TransmissionActivities
    from schemas.tasks import DeliveryOrder, PackageOrder, TaskOrder

from workflows.docket import Docket
from workflows.options import WORK


async def dispatch(
    docket: Docket,
    order: TaskOrder,
    *,
    kind: str,
    transmission: str,
    channel: str,
    documents: tuple[str, ...],
    facts: dict[str, JsonValue],
    enclosed: dict[str, str] | None = None,
) -> None:
    """The intent is on the ledger before the sending, its result after; both name the transmission's id."""
    package = await workflow.execute_activity_method(
        TransmissionActivities.make_package,
        PackageOrder(
            reference=order.reference,
            transmission=transmission,
            kind=kind,
            requested_state=order.requested_state,
            documents=documents,
            enclosed=enclosed or {},
            facts=facts,
            at=workflow.now(),
        ),
        **WORK,
    )
    about: dict[str, JsonValue] = {"transmission": transmission, "kind": kind, "channel": channel}
    await docket.record(
        "package-made", f"package-{transmission}", about | {"package": package.digest, "size": package.size}
    )
    receipt = await workflow.execute_activity_method(
        TransmissionActivities.deliver,
        DeliveryOrder(
            reference=order.reference, channel=channel, requested_state=order.requested_state, package=package
        ),
        **WORK,
    )
    await docket.record(
        "dispatched",
        f"dispatched-{transmission}",
        about | {"place": receipt.place, "accepted_at": receipt.accepted_at.isoformat()},
    )
