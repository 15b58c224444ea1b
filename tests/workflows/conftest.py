"""A time-skipping server and the worker of worker.py, with every adapter real."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

import worker
from rogatory.adapters.codec import encrypted_converter
from rogatory.profile import Profile
from tests.stage import House


class SkippingHouse(House):
    """A house whose months pass in moments."""

    def __init__(self, profile: Profile, env: WorkflowEnvironment) -> None:
        super().__init__(profile, env.client)
        self.env = env


@pytest.fixture
async def house(home: Path) -> AsyncIterator[SkippingHouse]:
    profile = Profile(home=home, task_queue="test")
    env = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
        data_converter=encrypted_converter(profile.key_ring),
    )
    running, _ = worker.build(env.client, profile)
    async with env, running:
        yield SkippingHouse(profile, env)
