import asyncio, pytest
from tests.workflows import extradition_steps as case
from tests.workflows.extradition_steps import brought_to
from tests.workflows.conftest import house  # noqa
from tests.conftest import founded, home  # noqa

@pytest.fixture(autouse=True)
def documents(monkeypatch): case.stand_in(monkeypatch)

async def test_it(house):
    for n in range(25):
        for stage in ("extradition-decision","dossier","speciality"):
            ref = await asyncio.wait_for(brought_to(house, stage), 100)
            await house.prosecutor.withdraw(ref, "x", command_id="w%d"%n)
            try:
                await asyncio.wait_for(case.ends(house, ref), 60)
            except asyncio.TimeoutError:
                from rogatory.client import TemporalHistories
                for k,v in (await TemporalHistories(house.temporal).histories(ref)).items():
                    open("/tmp/hist_"+k.replace("/","_")+".json","w").write(v)
                print(house.events(ref)); raise
            print(n, stage, "ok", flush=True)
