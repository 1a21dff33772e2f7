"""A small OpenID Connect provider on this machine: it asks who one is, and believes it."""

import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "divrec", "not-a-secret"
PEOPLE = ("Ann", "Ben")


class Provider:
    """The four addresses of the code flow (OpenID Connect Core, section 3.1)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
        self.given: dict[str, dict[str, str]] = {}  # what each code stands for

    def app(self) -> Starlette:
        return Starlette(routes=[
            Route("/.well-known/openid-configuration", self.metadata),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/favicon.ico", lambda _: Response(status_code=204)),
            Route("/keys", lambda _: JSONResponse({"keys": [self.key.as_dict(private=False)]})),
        ])

    def metadata(self, _: Request) -> JSONResponse:
        return JSONResponse({
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })  # fmt: skip

    def authorize(self, request: Request) -> HTMLResponse:
        asked = request.query_params
        links = []
        for person in PEOPLE:
            code = secrets.token_urlsafe()
            self.given[code] = {"name": person, "nonce": asked.get("nonce", "")}
            back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            links.append(f'<a href="{back.replace("&", "&amp;")}">I am {person}</a>')
        return HTMLResponse(f"<!doctype html><title>Who are you?</title><p>{' or '.join(links)}</p>")

    async def token(self, request: Request) -> JSONResponse:
        form = await request.form()
        person = self.given.pop(str(form["code"]))
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": f"id-of-{person['name']}", "iat": now, "exp": now + 600,
            **person,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "id_token": signed})


@contextmanager
def providing() -> Iterator[str]:
    """Run the provider on a free port and give its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(Provider(address).app(), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(20)
