"""What the configuration of a sign-in may say, where the inbox then listens, and what it does without its provider."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.sign_in_settings import SignInSettings, read_secret, read_sign_in_settings
from rogatory.cli.doctor_sign_in import sign_in
from rogatory.cli.session import Session, begin
from rogatory.cli.setup import _inbox
from rogatory.errors import UsageError
from rogatory.profile import Profile
from rogatory.web.app import make_app
from tests.web.provider_here import free_port
from tests.web.signing_in_there import configured
from tests.web.test_provider_walk import serving

INBOX = "https://inbox.example"


def nobody() -> str:
    """An issuer on this machine that does not answer."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"issuer": "http://id.example"}, "issuer: use https"),
        ({"issuer": "http://127.0.0.1.evil.example"}, "issuer: use https"),
        ({"issuer": "https://id.example?x=1"}, "issuer: an address is like"),
        ({"issuer": "https://me:secret@id.example"}, "issuer: an address is like"),
        ({"issuer": "ldap://id.example"}, "issuer: an address is like"),
        ({"address": "http://inbox.example"}, "address: use https"),
        ({"address": "https://inbox.example/mla"}, "a host of its own"),
        ({"claim": ""}, "claim: "),
        ({"roles": ["signatory"]}, "roles: Extra inputs"),
        ({"client_secret": "in clear"}, "client_secret: Extra inputs"),
        ({"officials": {"x": "../ca/root"}}, "officials.x: "),
        ({"clock_skew": 86_400}, "clock_skew: "),
        ({"trusted_proxies": ["*"]}, "a proxy is named by its IP address"),
        ({"certificate": "keys/inbox.crt"}, "certificate and key go together"),
        ({"address": "http://127.0.0.1:8080", "certificate": "a", "key": "b"}, "the address begins with https"),
    ],
)
def test_a_wrong_word_is_named(home: Path, words: dict[str, Any], said: str) -> None:
    configured(home, "https://id.example", INBOX)
    path = home / "config.json"
    content = json.loads(path.read_text())
    content["sign_in"] |= words
    path.write_text(json.dumps(content))
    with pytest.raises(UsageError) as fault:
        read_sign_in_settings(home)
    assert said in str(fault.value)
    assert "in clear" not in str(fault.value).replace("use https: in clear", "")
    assert "docs/operate.md" in fault.value.hint


def test_the_secret_is_its_owners_only(home: Path) -> None:
    configured(home, nobody(), INBOX)
    settings = read_sign_in_settings(home)
    assert settings is not None
    assert read_secret(home, settings) == "secret-of-the-client"
    path = home / "keys" / "sign-in.secret"
    path.chmod(0o640)
    with pytest.raises(UsageError, match="can be read by others"):
        make_app(Profile(home=home), "")
    path.chmod(0o600)
    path.write_text("\n")
    with pytest.raises(UsageError, match="is empty"):
        read_secret(home, settings)
    path.unlink()
    with pytest.raises(UsageError, match="cannot be read"):
        read_secret(home, settings)


def test_keys_at_work_need_a_provider(home: Path) -> None:
    """With one, an installation whose keys are no DEMO keys has an inbox."""
    path = home / "anchors" / "own.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"demo": False}))
    assert not FileAnchors(home).own().demo
    with pytest.raises(UsageError, match="not DEMO keys"):
        make_app(Profile(home=home), "")
    make_app(Profile(home=configured(home, nobody(), INBOX)), "")


@pytest.mark.parametrize(
    ("host", "words", "reason"),
    [
        ("127.0.0.1", {}, ""),
        ("::1", {"address": "http://127.0.0.1:8080"}, ""),
        ("0.0.0.0", {"address": "http://127.0.0.1:8080"}, "not https"),
        ("192.0.2.1", {}, "neither a certificate nor a proxy"),
        ("::", {}, "neither a certificate nor a proxy"),
        ("0.0.0.0", {"trusted_proxies": ("192.0.2.7",)}, ""),
        ("0.0.0.0", {"certificate": "a", "key": "b"}, ""),
    ],
)
def test_it_listens_beyond_this_machine_only_over_tls(host: str, words: dict[str, Any], reason: str) -> None:
    settings = SignInSettings.model_validate(
        {"issuer": "https://id.example", "client_id": "rogatory", "address": INBOX, **words}
    )
    found = settings.may_listen(host)
    assert reason in found
    assert bool(found) is bool(reason)


@pytest.mark.parametrize(
    ("words", "section", "said"),
    [
        (("--listen", "0.0.0.0"), None, "Without sign-in at a provider, the inbox listens on 127.0.0.1 only."),
        (("--listen", "inbox.example"), None, '"inbox.example" is no IP address.'),
        (("--listen", "0.0.0.0"), {"address": INBOX}, "neither a certificate nor a proxy"),
        (("--port", "8081"), {"address": "http://127.0.0.1:8080"}, "this would be port 8081"),
        (("--port", "0"), {"address": INBOX, "certificate": "no.crt", "key": "no.key"}, "cannot be used"),
    ],
)
def test_serve_refuses_what_would_be_open_or_shut(
    home: Path, words: tuple[str, ...], section: dict[str, Any] | None, said: str
) -> None:
    if section is not None:
        configured(home, nobody(), **section)
    ran = subprocess.run(
        [sys.executable, "-m", "rogatory", "serve", *words],
        env=os.environ | {"ROGATORY_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2, ran.stderr
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


async def test_over_tls_every_answer_says_so_and_only_its_own_name_is_answered(home: Path) -> None:
    """Behind a proxy that ends TLS: the inbox itself speaks in clear, on this machine."""
    app = make_app(Profile(home=configured(home, nobody(), INBOX)), "")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inbox.example") as look:
        for path in ("/sign-in", "/", "/static/inbox.css", "/nowhere"):
            answer = await look.get(path)
            assert answer.headers["strict-transport-security"] == "max-age=31536000", path
        for host in ("127.0.0.1", "localhost", "evil.example"):
            assert (await look.get("/sign-in", headers={"host": host})).status_code == 400, host


@pytest.mark.slow
@pytest.mark.parametrize("trusted", [True, False])
def test_a_proxy_is_believed_only_where_it_is_named(home: Path, trusted: bool) -> None:
    """Attempts are counted for each address; nobody gets a new count by writing another one into a header."""
    words = {"trusted_proxies": ["127.0.0.1"]} if trusted else {}
    configured(home, nobody(), INBOX, **words)
    with (
        serving(home, "--port", "0") as said,
        httpx.Client(base_url=f"http://127.0.0.1:{said['port']}", headers={"host": "inbox.example"}) as look,
    ):

        def starts(client: str) -> int:
            return look.get("/sign-in/start", headers={"x-forwarded-for": client}).status_code

        assert [starts("203.0.113.1") for _ in range(11)] == [503] * 10 + [429]
        assert starts("203.0.113.2") == (503 if trusted else 429)
        assert starts("198.51.100.9, 203.0.113.1") == 429, "what the client itself wrote counts for nothing"


def test_the_doctor_says_whether_people_can_sign_in(home: Path) -> None:
    where = Profile(home=home)
    found = sign_in(where)
    assert (found.ok, "demonstration" in found.detail) == (None, True)
    configured(home, nobody(), INBOX)
    found = sign_in(where)
    assert found.ok is False
    assert "does not answer" in found.detail
    assert found.fix
    configured(home, nobody(), INBOX, certificate="keys/no.crt", key="keys/no.key")
    assert "there is no" in sign_in(where).detail


def test_the_doctor_has_a_line_for_it(home: Path) -> None:
    configured(home, nobody(), INBOX)
    ran = subprocess.run(
        [sys.executable, "-m", "rogatory", "--json", "doctor"],
        env=os.environ | {"ROGATORY_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    line = next(each for each in json.loads(ran.stdout)["checks"] if each["name"] == "Sign-in")
    assert line["ok"] is False
    assert "docs/operate.md" in line["fix"]


def test_up_leaves_the_inbox_to_serve_where_people_sign_in_elsewhere(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its inbox is the demonstration's, where whoever has the address chooses who they are."""
    begin(Session())  # whatever an earlier test asked for, this one speaks to a person
    configured(home, nobody(), INBOX)
    with _inbox(Profile(home=home), 0) as address:
        assert address == ""
    assert "rogatory serve" in capsys.readouterr().out


def test_authlib_is_loaded_only_where_a_provider_is_named(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from rogatory.profile import Profile\n"
        "from rogatory.web.app import make_app\n"
        "make_app(Profile(home=Path(sys.argv[1])), ''); print('authlib' in sys.modules)"
    )

    def loaded() -> str:
        return subprocess.run(
            [sys.executable, "-c", program, str(home)], capture_output=True, text=True, check=True
        ).stdout.strip()

    assert loaded() == "False"
    configured(home, nobody(), INBOX)
    assert loaded() == "True"
