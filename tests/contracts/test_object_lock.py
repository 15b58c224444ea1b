"""Object lock, asked and tried on a real S3 store; and what config.json may say of the store."""

import io
import json
from pathlib import Path

import pytest

from rogatory.adapters.vault_fs import open_vault
from rogatory.adapters.vault_keys import VaultKeys
from rogatory.adapters.vault_settings import read_vault_settings
from rogatory.errors import UnreachableError, UsageError
from rogatory.ports import EvidenceVault
from schemas.vault import LockState
from tests.contracts.s3_store import S3Server
from tests.contracts.vault_place import CASE, path_of


@pytest.fixture(scope="module")
def buckets(s3: S3Server) -> S3Server:
    """Buckets by the protection they promise."""
    s3.bucket("none")
    s3.bucket("compliance", "COMPLIANCE")
    s3.bucket("governance", "GOVERNANCE")
    s3.client().create_bucket(Bucket="no-rule", ObjectLockEnabledForBucket=True)
    return s3


def vault_in(home: Path, section: dict[str, str]) -> EvidenceVault:
    home.mkdir(exist_ok=True)
    if not (home / "keys").exists():
        VaultKeys.create(home / "keys")
    (home / "config.json").write_text(json.dumps({"vault": section}))
    return open_vault(home)


def canaries(server: S3Server, bucket: str) -> list[str]:
    listed = server.client().list_object_versions(Bucket=bucket, Prefix="canary/")
    return [each["VersionId"] for each in listed.get("Versions", [])]


def test_threat_15_content_under_an_object_lock_cannot_be_deleted(buckets: S3Server, tmp_path: Path) -> None:
    vault = vault_in(tmp_path, buckets.section("compliance", object_lock="required"))
    protection = vault.protection()
    assert (protection.state, protection.demanded, protection.refused) == (LockState.ENFORCED, True, False)
    assert "COMPLIANCE for 1 days" in protection.detail
    vault.require_protection()
    assert len(canaries(buckets, "compliance")) == 1  # one a day, however often it is asked
    for content in (b"small", bytes(9 << 20)):  # in one request, and in parts
        digest, _ = vault.keep(CASE, io.BytesIO(content))
        client, key = buckets.client(), path_of(CASE, digest)
        version = client.head_object(Bucket="compliance", Key=key)["VersionId"]
        for more in ({}, {"BypassGovernanceRetention": True}):
            with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
                client.delete_object(Bucket="compliance", Key=key, VersionId=version, **more)
        client.delete_object(Bucket="compliance", Key=key)  # hides it, no more
        assert not vault.has(CASE, digest)
        marker = client.list_object_versions(Bucket="compliance", Prefix=key)["DeleteMarkers"][0]["VersionId"]
        client.delete_object(Bucket="compliance", Key=key, VersionId=marker)
        assert vault.read(CASE, digest) == content


@pytest.mark.parametrize(
    ("bucket", "state", "said"),
    [
        ("none", LockState.NOT_PROMISED, "has no object lock with a default retention"),
        ("no-rule", LockState.NOT_PROMISED, "has no object lock with a default retention"),
        ("governance", LockState.NOT_ENFORCED, "these credentials could lift it"),
        ("missing", LockState.UNKNOWN, "NoSuchBucket"),
    ],
)
def test_threat_16_an_object_lock_that_does_not_hold_is_told_and_refused_where_demanded(
    buckets: S3Server, tmp_path: Path, bucket: str, state: LockState, said: str
) -> None:
    relaxed = vault_in(tmp_path, buckets.section(bucket))
    protection = relaxed.protection()
    assert (protection.state, protection.refused) == (state, False)
    assert said in protection.detail
    relaxed.require_protection()
    strict = vault_in(tmp_path, buckets.section(bucket, object_lock="required"))
    assert strict.protection().refused
    for refused in (strict.require_protection, lambda: strict.keep(CASE, io.BytesIO(b"content"))):
        with pytest.raises(UnreachableError, match="demands an object lock") as caught:
            refused()
        assert said in str(caught.value)
    assert "nothing is stored" in str(caught.value)
    if bucket != "missing":
        assert list(strict.cases()) == []
        relaxed.keep(CASE, io.BytesIO(b"content"))
        assert list(relaxed.cases()) == [CASE]


def test_threat_16_the_canary_is_really_deleted_where_it_can_be(buckets: S3Server, tmp_path: Path) -> None:
    """The lock of mode GOVERNANCE is real and can be lifted: the probe finds it by lifting it."""
    vault = vault_in(tmp_path, buckets.section("governance"))
    for _ in range(2):
        assert vault.protection().state is LockState.NOT_ENFORCED
        assert canaries(buckets, "governance") == []


def test_a_store_that_does_not_answer_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "WRONG")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "topsecret")
    vault = vault_in(tmp_path, {"kind": "s3", "endpoint": "http://127.0.0.1:1", "bucket": "evidence"})
    with pytest.raises(UnreachableError, match="was not stored") as caught:
        vault.keep(CASE, io.BytesIO(b"content"))
    assert "topsecret" not in f"{caught.value} {caught.value.hint}"
    assert list((tmp_path / "vault" / "tmp").iterdir()) == []
    assert vault.protection().state is LockState.UNKNOWN


def test_wrong_credentials_are_said_in_words(
    buckets: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "topsecret")
    vault = vault_in(tmp_path, buckets.section("none"))
    with pytest.raises(UnreachableError, match="refuses these credentials"):
        vault.keep(CASE, io.BytesIO(b"content"))
    assert vault.protection().state is LockState.UNKNOWN


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"kind": "s3"}, "vault.bucket"),
        ({"kind": "ftp", "bucket": "evidence"}, "vault.kind"),
        ({"kind": "s3", "bucket": "../etc"}, "3 to 63"),
        ({"kind": "s3", "bucket": "evidence", "endpoint": "http://s3.example"}, "use https"),
        ({"kind": "s3", "bucket": "evidence", "endpoint": "https://key:secret@s3.example"}, "without a path"),
        ({"kind": "s3", "bucket": "evidence", "endpoint": "https://s3.example/evidence"}, "without a path"),
        ({"kind": "s3", "bucket": "evidence", "prefix": "xv"}, "slash"),
        ({"kind": "s3", "bucket": "evidence", "secret_key": "x"}, "vault.secret_key"),
        ({"kind": "s3", "bucket": "evidence", "object_lock": "yes"}, "vault.object_lock"),
        ("s3", "vault"),
    ],
)
def test_a_wrong_word_in_the_configuration_is_named(tmp_path: Path, section: object, said: str) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"vault": section}))
    with pytest.raises(UsageError) as caught:
        open_vault(tmp_path)
    assert said in str(caught.value)
    assert "secret@" not in str(caught.value)


def test_without_a_section_the_vault_is_on_the_disk(tmp_path: Path) -> None:
    assert read_vault_settings(tmp_path) is None
    (tmp_path / "config.json").write_text('{"state": "XV"}')
    assert read_vault_settings(tmp_path) is None
    vault = open_vault(tmp_path)
    assert vault.place == str(tmp_path / "vault")
    assert vault.protection().state is LockState.NOT_PROMISED
    vault.require_protection()
