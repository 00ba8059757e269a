"""Mail servers as they are: choosy, busy, forgetful, and sometimes silent at the worst moment."""

import asyncio
from pathlib import Path
from ssl import SSLContext

import pytest
from mail_server import MailServer, knows, mail_server
from messages import an_email

from sojourn.channels.smtp.model import Patience, Server
from sojourn.channels.smtp.send import SmtpChannel
from sojourn.delivery.model import Accepted, Doubtful, Mailbox, Refused, Result, TryLater

HASTE = Patience(command=5, reply=5, idle=0)


def channel_to(mails: MailServer, options: str = "", connections: int = 1, patience: Patience = HASTE) -> SmtpChannel:
    return SmtpChannel(
        Server.parse(f"smtp://127.0.0.1:{mails.port}{options}"), connections=connections, patience=patience
    )


def kinds(results: object) -> list[type[Result]]:
    return [type(result) for result in results]


async def test_D4_each_recipient_has_their_own_answer() -> None:
    answers = {"person2@example.com": "550 5.1.1 No such user", "person3@example.com": "450 4.2.1 Mailbox busy"}
    async with mail_server() as mails:
        mails.rcpt = answers.get
        results = await channel_to(mails).send([an_email(number) for number in (1, 2, 3, 4)])
    assert results == [
        Accepted("2.0.0 Ok: queued as 1A2B3C"),
        Refused("550 5.1.1 No such user"),
        TryLater("450 4.2.1 Mailbox busy"),
        Accepted("2.0.0 Ok: queued as 1A2B3C"),
    ]
    assert mails.connections == 1


async def test_D4_the_answer_to_the_message_itself_counts_too() -> None:
    answers = {"person1@example.com": "554 5.7.1 Spam", "person2@example.com": "451 4.3.0 Try again"}
    async with mail_server() as mails:
        mails.data = answers.get
        results = await channel_to(mails).send([an_email(number) for number in (1, 2, 3)])
    assert results[:2] == [Refused("554 5.7.1 Spam"), TryLater("451 4.3.0 Try again")]
    assert mails.addresses == ["person3@example.com"]


async def test_a_server_that_wants_a_new_connection_now_and_then_gets_one() -> None:
    async with mail_server() as mails:
        mails.rcpt = lambda _: (
            "421 4.7.0 Too many" if len(mails.envelopes) % 2 == 1 and mails.connections % 2 == 1 else None
        )
        results = await channel_to(mails).send([an_email(number) for number in range(6)])
    assert kinds(results) == [Accepted] * 6
    assert len(mails.addresses) == len(set(mails.addresses)) == 6


async def test_a_server_that_closes_in_the_middle_keeps_what_it_took_and_the_rest_is_for_later() -> None:
    async with mail_server() as mails:
        mails.rcpt = lambda _: "421 4.3.2 Shutting down" if len(mails.envelopes) >= 2 else None
        results = await channel_to(mails).send([an_email(number) for number in range(5)])
    assert kinds(results) == [Accepted, Accepted, TryLater, TryLater, TryLater]
    assert "421 4.3.2 Shutting down" in results[4].reason


async def test_a_connection_cut_before_the_message_is_opened_again() -> None:
    async with mail_server() as mails:
        mails.rcpt = lambda _: "hang up" if mails.connections == 1 else None
        assert kinds(await channel_to(mails).send([an_email(1)])) == [TryLater]
        mails.connections = 0
        mails.rcpt = lambda _: "hang up" if mails.connections == 1 and len(mails.envelopes) == 1 else None
        assert kinds(await channel_to(mails).send([an_email(1), an_email(2)])) == [Accepted, Accepted]


async def test_D3_cut_after_the_message_and_before_the_answer_is_a_doubt_and_is_not_repeated() -> None:
    async with mail_server() as mails:
        mails.data = lambda address: "hang up" if address == "person1@example.com" else None
        results = await channel_to(mails).send([an_email(1), an_email(2)])
    assert kinds(results) == [Doubtful, Accepted]
    assert mails.addresses == ["person1@example.com", "person2@example.com"]


async def test_D3_silence_after_the_message_is_a_doubt() -> None:
    async with mail_server() as mails:
        mails.silent = asyncio.Event()
        results = await channel_to(mails, patience=Patience(command=5, reply=0.02, idle=0)).send([an_email(1)])
    assert kinds(results) == [Doubtful]


async def test_silence_before_the_message_is_for_later() -> None:
    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    channel = SmtpChannel(
        Server.parse(f"smtp://127.0.0.1:{port}"), connections=2, patience=Patience(command=0.02, reply=1, idle=0)
    )
    assert kinds(await channel.send([an_email(1), an_email(2)])) == [TryLater, TryLater]
    server.close()


async def test_connections_are_kept_between_batches_and_leave_when_nobody_needs_them() -> None:
    async with mail_server() as mails:
        channel = channel_to(mails, patience=Patience(idle=60))
        await channel.send([an_email(1)])
        await channel.send([an_email(2)])
        assert (mails.connections, mails.gone.is_set()) == (1, False)
        await channel.close()
        await mails.gone.wait()
        impatient = channel_to(mails)
        mails.gone.clear()
        await impatient.send([an_email(3)])
        await mails.gone.wait()


async def test_no_more_connections_than_allowed_for_all_batches_together() -> None:
    async with mail_server() as mails:
        channel = channel_to(mails, connections=3, patience=Patience(idle=60))
        await asyncio.gather(*(channel.send([an_email(10 * batch + n) for n in range(10)]) for batch in range(5)))
        assert mails.connections == 3
        assert len(set(mails.addresses)) == 50
        await channel.close()


async def test_a_message_larger_than_the_server_takes_is_refused_before_it_is_sent() -> None:
    async with mail_server(data_size_limit=2000) as mails:
        results = await channel_to(mails).send([an_email(1, html="<p>x</p>" * 1000), an_email(2)])
    assert kinds(results) == [Refused, Accepted]
    assert "2000 at most" in results[0].reason


async def test_addresses_outside_ascii_go_to_servers_that_take_them() -> None:
    async with mail_server() as new, mail_server(enable_SMTPUTF8=False) as old:
        batch = [an_email(1, to="zoë@example.com"), an_email(2, to="zoe@straße.example")]
        assert kinds(await channel_to(new).send(batch)) == [Accepted, Accepted]
        assert kinds(await channel_to(old).send(batch)) == [Refused, Accepted]
    assert new.addresses == ["zoë@example.com", "zoe@xn--strae-oqa.example"]
    assert "\r\nTo: zoë@example.com\r\n".encode() in new.envelopes[0].original_content


@pytest.mark.parametrize(
    "address", ["a@b.example>\r\nRCPT TO:<c@d.example", "a b@c.example", "a@b@c.example", "nobody", ""]
)
async def test_an_address_that_is_none_is_refused_before_it_is_said(address: str) -> None:
    async with mail_server() as mails:
        sender = an_email(3, sender=Mailbox(address))
        results = await channel_to(mails).send([an_email(1, to=address), an_email(2), sender])
    assert kinds(results) == [Refused, Accepted, Refused]
    assert mails.addresses == ["person2@example.com"]


async def test_starttls_encrypts_with_a_certificate_that_is_trusted(certificate: Path, server_tls: SSLContext) -> None:
    async with mail_server(tls_context=server_tls, require_starttls=True) as mails:
        trusting = channel_to(mails, f"?tls=starttls&cafile={certificate}")
        assert kinds(await trusting.send([an_email(1)])) == [Accepted]
        assert (await trusting.probe()).answer == f"127.0.0.1:{mails.port} can be used: with TLS, without a login."
        wary = channel_to(mails, "?tls=starttls")
        assert kinds(await wary.send([an_email(2)])) == [TryLater]
        assert "is not trusted" in (await wary.probe()).answer
    assert mails.encrypted == [True]


async def test_smtps_is_inside_tls_from_the_first_byte(certificate: Path, server_tls: SSLContext) -> None:
    async with mail_server(ssl_wrapped=server_tls) as mails:
        for host, trust, works in (
            ("localhost", f"?cafile={certificate}", True),
            ("127.0.0.1", "", False),
        ):
            channel = SmtpChannel(Server.parse(f"smtps://{host}:{mails.port}{trust}"), connections=1, patience=HASTE)
            assert ((await channel.probe()).works, kinds(await channel.send([an_email(1)]))) == (
                works,
                [Accepted if works else TryLater],
            )


async def test_starttls_is_not_given_up_when_the_server_does_not_offer_it() -> None:
    async with mail_server() as mails:
        channel = channel_to(mails, "?tls=starttls")
        assert kinds(await channel.send([an_email(1)])) == [TryLater]
        assert "STARTTLS" in (await channel.probe()).answer
        assert kinds(await channel_to(mails, "?tls=opportunistic").send([an_email(1)])) == [Accepted]


async def test_a_login_that_is_refused_fails_nobodys_mail_for_good(certificate: Path, server_tls: SSLContext) -> None:
    options = {"tls_context": server_tls, "auth_required": True, "authenticator": knows("shop", "open:sesame")}
    async with mail_server(**options) as mails:
        place = f"127.0.0.1:{mails.port}?cafile={certificate}"
        known, stranger, nobody = (
            SmtpChannel(Server.parse(f"smtp://{login}{place}"), connections=1, patience=HASTE)
            for login in ("shop:open%3Asesame@", "shop:wrong@", "")
        )
        assert kinds(await known.send([an_email(1)])) == [Accepted]
        assert "logged in as shop" in (await known.probe()).answer
        assert kinds(await stranger.send([an_email(2)])) == [TryLater]
        assert "535" in (await stranger.probe()).answer
        assert kinds(await nobody.send([an_email(3)])) == [TryLater]


async def test_probing_where_nobody_listens_says_so() -> None:
    async with mail_server() as mails:
        pass
    probe = await channel_to(mails).probe()
    assert not probe.works
    assert f"127.0.0.1:{mails.port}" in probe.answer
