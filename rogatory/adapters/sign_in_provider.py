"""Asks an OpenID Connect provider who somebody is: the code flow with PKCE S256, state and nonce, by Authlib.

Sources: OpenID Connect Core 1.0 section 3.1, Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636, 8725, 9207, 9700.
The provider vouches for an identity and for nothing else: no role, no name and no token of it is kept.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from rogatory.adapters.addresses import is_private_road, split_address
from rogatory.adapters.sign_in_settings import ANSWER, SignInSettings
from rogatory.errors import RefusedError, UnreachableError

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Whoever can verify these cannot sign; `none` and the HMACs, whose key the provider shares, are not among them."""
USUAL = "RS256"
"""What a provider signs with that does not say (Discovery 1.0 section 3)."""
WITHIN = 10.0  # seconds for one answer of the provider
FRESH = 3600.0
"""Seconds for which what the provider says of itself is not asked again."""
NEW_KEYS_AFTER = 60.0
"""Seconds before an unknown key id has the keys asked for again: made-up tokens make no storm."""
RESTS = 5.0
"""Seconds for which a provider that was away is not asked again: whoever waits is told at once, and not one by one."""
VERIFIER = 64  # characters, of the 43 to 128 of RFC 7636
log = logging.getLogger(__name__)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the provider, to be held against its answer."""

    address: str
    """Where the browser goes."""
    state: str
    nonce: str
    verifier: str


@dataclass(slots=True)
class _Known:
    """What the provider says of itself."""

    metadata: dict[str, Any]
    keys: KeySet
    read: float = field(default_factory=time.monotonic)


class Provider:
    """One OpenID Connect provider, and us as its client."""

    def __init__(self, settings: SignInSettings, secret: str | None) -> None:
        self._settings, self._secret = settings, secret
        self._known: _Known | None = None
        self._away: tuple[float, UnreachableError] | None = None
        self._asking = asyncio.Lock()

    async def ask(self) -> Asked:
        """Begins a sign-in. Raises UnreachableError: the provider is away, or not one we can trust."""
        known = await self._provider()
        async with self._client() as client:
            asked = Asked("", generate_token(43), generate_token(43), generate_token(VERIFIER))
            address, _ = client.create_authorization_url(
                known.metadata["authorization_endpoint"],
                state=asked.state,
                code_verifier=asked.verifier,
                nonce=asked.nonce,
            )
        return Asked(address, asked.state, asked.nonce, asked.verifier)

    async def identity(self, code: str, issuer: str | None, asked: Asked) -> str:
        """The value of the claim that names the official, for a code that the provider gave to the browser.

        Args:
            issuer: `iss` of the answer (RFC 9207): a code of another provider is not for this one.

        Raises:
            RefusedError (NotVouched): the code, or the ID token got for it, does not hold. UnreachableError.
        """
        known = await self._provider()
        demanded = known.metadata.get("authorization_response_iss_parameter_supported") is True
        if issuer != self._settings.issuer and (issuer is not None or demanded):
            raise _not_vouched("iss")
        async with self._client() as client:
            try:
                async with asyncio.timeout(WITHIN):
                    token = await client.fetch_token(
                        known.metadata["token_endpoint"],
                        grant_type="authorization_code",
                        code=code,
                        code_verifier=asked.verifier,
                    )
            except OAuthError as fault:
                raise _not_vouched("code") from fault
            except (httpx2.HTTPError, TimeoutError) as fault:
                raise _away(fault) from fault
            except (ValueError, TypeError, KeyError, AttributeError) as fault:  # an answer that is no token response
                raise _not_vouched("answer") from fault
        given = token.get("id_token")
        if not isinstance(given, str):
            raise _not_vouched("id_token")
        claims = await self._claims(given, token.get("access_token"), asked.nonce)
        if self._settings.claim == "email" and claims.get("email_verified") is not True:
            raise _not_vouched("email_verified")
        value = claims.get(self._settings.claim)
        if not isinstance(value, str) or not value:
            raise _not_vouched("claim")
        return value

    async def leaving(self) -> str | None:
        """Where a browser signs out at the provider too (RP-Initiated Logout 1.0); None where that is not offered.

        No ID token goes along, since none is kept: the provider asks the person, and knows us by our client id.
        """
        try:
            address = (await self._provider()).metadata.get("end_session_endpoint")
        except UnreachableError:
            return None
        if not isinstance(address, str) or not _is_private(address):
            return None
        back = urlencode(
            {
                "client_id": self._settings.client_id,
                "post_logout_redirect_uri": f"{self._settings.address}/sign-in",
            }
        )
        return f"{address}{'&' if '?' in address else '?'}{back}"

    async def _claims(self, given: str, access_token: object, nonce: str) -> CodeIDToken:
        try:
            token = await self._verified(given)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                },
                {"nonce": nonce, "client_id": self._settings.client_id, "access_token": access_token},
            )
            claims.validate(leeway=self._settings.clock_skew)
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            raise _not_vouched(type(fault).__name__) from fault
        return claims

    async def _verified(self, given: str) -> jwt.Token:
        known = await self._provider()
        registry = JWSRegistry(algorithms=self._algorithms(known.metadata), strict_check_header=False)
        try:
            return jwt.decode(given, known.keys, registry=registry)
        except InvalidKeyIdError:
            if time.monotonic() - known.read < NEW_KEYS_AFTER:
                raise
        return jwt.decode(given, (await self._provider(anew=True)).keys, registry=registry)

    @staticmethod
    def _algorithms(metadata: dict[str, Any]) -> list[str]:
        offered = metadata.get("id_token_signing_alg_values_supported")
        return sorted(ALGORITHMS & {each for each in offered if isinstance(each, str)}) if offered else [USUAL]

    async def _provider(self, *, anew: bool = False) -> _Known:
        """What the provider says of itself. Raises UnreachableError: away, or not one we can trust."""
        async with self._asking:
            known = self._known
            age = time.monotonic() - known.read if known else FRESH
            if known is not None and age < FRESH and not (anew and age >= NEW_KEYS_AFTER):
                return known
            if self._away is not None and time.monotonic() < self._away[0]:
                raise self._away[1]
            try:
                self._known = known = await self._discovered()
            except UnreachableError as fault:
                self._away = (time.monotonic() + RESTS, fault)
                raise
            return known

    async def _discovered(self) -> _Known:
        """Reads metadata and keys (Discovery 1.0 section 4)."""
        issuer = self._settings.issuer
        try:
            async with self._client() as client, asyncio.timeout(WITHIN):
                metadata = await _read(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                _check(metadata, issuer)
                keys = KeySet.import_key_set(await _read(client, metadata["jwks_uri"]))  # type: ignore[arg-type]
        except (httpx2.HTTPError, TimeoutError) as fault:
            raise _away(fault) from fault
        except (JoseError, ValueError, TypeError, KeyError) as fault:
            raise UnreachableError("The sign-in provider gives no keys that can be read.") from fault
        return _Known(metadata, keys)

    def _client(self) -> AsyncOAuth2Client:
        # A proxy of the environment would see what stays on this machine, and is asked for https alone.
        return AsyncOAuth2Client(
            client_id=self._settings.client_id,
            client_secret=self._secret,
            redirect_uri=f"{self._settings.address}{ANSWER}",
            scope={"email": "openid email", "sub": "openid"}.get(self._settings.claim, "openid profile"),
            code_challenge_method="S256",
            timeout=WITHIN,
            trust_env=self._settings.issuer.startswith("https://"),
        )


def _away(fault: Exception) -> UnreachableError:
    log.warning("the sign-in provider does not answer", extra={"kind": type(fault).__name__})
    return UnreachableError("The sign-in provider does not answer.", "Try again in a minute.")


def _not_vouched(what: str) -> RefusedError:
    """One sentence for every cause: whoever tries tokens learns nothing. The cause is its `kind`, for the log."""
    return RefusedError(f"NotVouched.{what}", "The sign-in did not succeed.", "Begin it again.")


async def _read(client: AsyncOAuth2Client, address: str) -> dict[str, Any]:
    answer = await client.request("GET", address, withhold_token=True, headers={"Accept": "application/json"})
    answer.raise_for_status()
    content = answer.json()
    if answer.status_code != 200 or not isinstance(content, dict):
        raise ValueError("not a JSON object")
    return content


def _check(metadata: dict[str, Any], issuer: str) -> None:
    if metadata.get("issuer") != issuer:
        raise UnreachableError("The sign-in provider calls itself by another name than it was configured.")
    for name in ENDPOINTS:
        if not isinstance(metadata.get(name), str) or not _is_private(metadata[name]):
            raise UnreachableError(f"The sign-in provider's {name} is not https.")
    if "S256" not in metadata.get("code_challenge_methods_supported", ["S256"]):
        raise UnreachableError("The sign-in provider does not take part in PKCE with S256.")


def _is_private(address: str) -> bool:
    parts = split_address(address.split("?", 1)[0])
    return parts is not None and is_private_road(parts)
