"""The resolver judges the address that is dialled: no spelling of a private one gets through."""

import asyncio

import pytest

from crawler.engine import reactor
from crawler.fetching.failures import BadAddress
from crawler.fetching.resolver import GuardedResolver, is_public
from crawler.middlewares.guard import judge

PUBLIC = [
    "93.184.216.34",
    "8.8.8.8",
    "2606:2800:220:1::1",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::a9fe:a9fe",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_dialled(address):
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_that_leads_inside_may_be_dialled(address):
    assert not is_public(address)


#: Spellings of loopback and its like, as seeds, redirects and lists have tried them.
SPELLINGS = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0177.1/",
    "http://017700000001/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://１２７.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://10.0.0.1/",
    "http://user@127.0.0.1/",
    "http://example.org@127.0.0.1/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org:80@127.0.0.1/",
    "http://127.0.0.1#@example.org/",
    "http://127.0.0.1?@example.org/",
]


class Receiver:
    """What a connection would learn."""

    def __init__(self):
        self.addresses = []
        self.done = asyncio.get_running_loop().create_future()

    def resolutionBegan(self, resolution):
        pass

    def addressResolved(self, address):
        self.addresses.append(address.host)

    def resolutionComplete(self):
        self.done.set_result(None)


async def _resolved(host, *, allow_private):
    guarded = GuardedResolver(reactor.start(), allow_private=allow_private)
    receiver = Receiver()
    guarded.resolveHostName(receiver, host)
    await asyncio.wait_for(receiver.done, 20)
    return receiver.addresses, guarded.refused(host)


def host_dialled(url):
    """The host as Scrapy would hand it to the resolver."""
    from scrapy import Request
    from scrapy.utils.httpobj import urlparse_cached
    from twisted.web.client import URI

    request = Request(url)
    urlparse_cached(request)
    return URI.fromBytes(request.url.encode("ascii")).host.decode("ascii").strip("[]")


@pytest.mark.fault("A01")
@pytest.mark.parametrize("url", SPELLINGS)
def test_no_spelling_of_a_private_address_is_dialled(url):
    try:
        judge(url)
    except BadAddress:
        return
    addresses, _ = reactor.run(_resolved(host_dialled(url), allow_private=False))
    assert addresses == []


def test_a_refused_host_is_remembered_so_that_the_ledger_can_say_why():
    assert reactor.run(_resolved("127.0.0.1", allow_private=False)) == ([], True)


def test_private_addresses_are_dialled_where_the_user_said_so():
    assert reactor.run(_resolved("127.0.0.1", allow_private=True)) == (["127.0.0.1"], False)


@pytest.mark.fault("A06")
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "s3://bucket/key",
        "data:text/html,x",
        "gopher://example.org/",
        "javascript:alert(1)",
        "http:///nohost",
        "http://",
        "//example.org/",
        "/relative",
        "http://user:pass@example.org/",
        "http://example.org:99999/",
        "http://[::1/",
        "https://example.org/" + "a" * 3_000,
        "https://example.org/" + "news/local/" * 4,
    ],
)
def test_addresses_that_can_never_be_requests_are_refused(url):
    with pytest.raises(BadAddress, match="bad address"):
        judge(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "http://example.org:8080/a?b=c",
        "https://example.org/10/10/10/khabar",
        "https://example.org/" + "%D8%A7" * 900,
        "https://اليوم.example/خبر",
        "http://[2606:2800:220:1::1]/",
    ],
)
def test_ordinary_addresses_pass_the_guard(url):
    judge(url)
