"""A mail server of somebody else's making (aiosmtpd) for tests: receiver.py OUT [--tls CERT KEY | --starttls CERT KEY]
[--auth NAME:PASSWORD] [--deaf N]. Prints its port. Of each letter it keeps OUT/NNN.eml and OUT/NNN.json, the second one
last. The first N letters it reads, keeps as OUT/deaf-NNN.eml, and never answers."""

import argparse
import asyncio
import json
import os
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--tls", nargs=2)
arguments.add_argument("--starttls", nargs=2)
arguments.add_argument("--auth")
arguments.add_argument("--deaf", type=int, default=0)
options = arguments.parse_args()


class Keeper:
    letters = 0
    unanswered = 0

    async def handle_DATA(self, server, session, envelope):
        if self.unanswered < options.deaf:
            self.unanswered += 1
            keep("deaf-%03d.eml" % self.unanswered, envelope.content)
            await asyncio.Event().wait()
        self.letters += 1
        keep("%03d.eml" % self.letters, envelope.content)
        told = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "authenticated": bool(session.authenticated),
            "hello": session.host_name,
        }
        keep("%03d.json" % self.letters, json.dumps(told).encode())
        return "250 2.0.0 kept"


def keep(name, content):
    path = os.path.join(options.out, name)
    with open(path + ".part", "wb") as file:
        file.write(content)
    os.rename(path + ".part", path)


def context(pair):
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(*pair)
    return made


def authenticate(server, session, envelope, mechanism, data):
    # Not handled: aiosmtpd answers 235 or 535 by itself.
    known = isinstance(data, LoginPassword) and f"{data.login.decode()}:{data.password.decode()}" == options.auth
    return AuthResult(success=known, handled=False)


settings = {"ident": "receiver"}
if options.starttls:
    settings |= {"tls_context": context(options.starttls), "require_starttls": True}
if options.auth:
    settings |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": bool(options.starttls)}
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
keeper = Keeper()
tls = context(options.tls) if options.tls else None
server = loop.run_until_complete(
    loop.create_server(lambda: SMTP(keeper, loop=loop, **settings), "127.0.0.1", 0, ssl=tls)
)
print(server.sockets[0].getsockname()[1], flush=True)
loop.run_forever()
