"""A small OpenID Connect provider on loopback, that a test can make lie."""

import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "wattledger", "a secret of the test"


@dataclass
class Identity:
    """What the provider says of whoever comes next.

    ``claims`` are laid over those that are true; ``revoked`` holds access tokens that count no
    more. ``silent`` answers nothing but errors.
    """

    user: str = "ada@example.org"
    groups: list[str] = field(default_factory=lambda: ["staff"])
    claims: dict[str, object] = field(default_factory=dict)
    life_s: int = 3600
    revoked: set[str] = field(default_factory=set)
    silent: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)


class Provider:
    """Serves an ``Identity`` while it is open."""

    def __enter__(self):
        self.identity = Identity()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.provider = self
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    @property
    def identity(self):
        return self.server.provider.identity

    def do_GET(self):
        path, asked = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if self.identity.silent:
            self._json({}, 503)
        elif path == "/.well-known/openid-configuration":
            issuer = self.server.provider.issuer
            self._json(
                {
                    "issuer": issuer,
                    "authorization_endpoint": f"{issuer}/authorize",
                    "token_endpoint": f"{issuer}/token",
                    "userinfo_endpoint": f"{issuer}/userinfo",
                    "jwks_uri": f"{issuer}/keys",
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                }
            )
        elif path == "/keys":
            self._json({"keys": [self.identity.key.as_dict(private=False)]})
        elif path == "/authorize":
            self._authorize({name: values[0] for name, values in asked.items()})
        elif path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            known = token in self.identity.tokens and token not in self.identity.revoked
            self._json({"sub": "1"} if known else {"error": "invalid_token"}, 200 if known else 401)
        else:
            self._json({}, 404)

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        asked = {
            name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()
        }
        code = self.identity.codes.pop(asked.get("code", ""), None)
        basic = b64decode(self.headers.get("Authorization", "Basic ").removeprefix("Basic "))
        client, _, secret = unquote(basic.decode()).partition(":")
        verifier = sha256(asked.get("code_verifier", "").encode()).digest()
        proof = urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if code is None or (client, secret) != (CLIENT, SECRET) or proof != code["code_challenge"]:
            self._json({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {
            "iss": self.server.provider.issuer,
            "aud": CLIENT,
            "sub": "1",
            "email": self.identity.user,
            "groups": self.identity.groups,
            "iat": now,
            "exp": now + self.identity.life_s,
            "nonce": code["nonce"],
            **self.identity.claims,
        }
        key = self.identity.signs_with or self.identity.key
        token = secrets.token_urlsafe(16)
        self.identity.tokens.append(token)
        self._json(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": self.identity.life_s,
                "id_token": jwt.encode({"alg": "RS256", "kid": "one"}, claims, key),
            }
        )

    def _authorize(self, asked):
        code = secrets.token_urlsafe(16)
        self.identity.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def _json(self, document, status=200):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
