"""The resolver that checks IP addresses. The checked address is the one connected to, from a single look-up.

Literals, names that resolve to private addresses, redirects and DNS rebinding all pass through here: there is no other
way to a socket.
`ipaddress.is_global` alone is wrong for multicast, NAT64, 6to4, Teredo and IPv4 inside IPv6.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from scrapy.crawler import Crawler
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IReactorThreads, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Maximum number of refused hosts remembered, for reporting why a look-up had no result.
_REMEMBERED = 1_000

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
#: IETF protocol assignments: older Pythons treat part of it as public.
_ASSIGNED = ipaddress.IPv4Network("192.0.0.0/24")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


def is_public(address: str) -> bool:
    """Whether an IP address, as text, is public. False for everything unreadable.

    >>> is_public("93.184.216.34"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False)
    """
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    return _is_public(ip)


def _is_public(ip: Address) -> bool:
    inner = _embedded(ip) if isinstance(ip, ipaddress.IPv6Address) else None
    if inner is not None:
        return _is_public(inner)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip in _ASSIGNED)


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address embedded in an IPv6 address, if there is one."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if any(ip in network for network in _NAT64) or (ip in _COMPATIBLE and int(ip) > 1):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


class _Receiver(Protocol):
    """`IResolutionReceiver`, whose methods a type checker takes for functions."""

    def resolutionBegan(self, resolution: object) -> None: ...

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None: ...

    def resolutionComplete(self) -> None: ...


@implementer(IResolutionReceiver)
class _Judge:
    """Passes on public addresses only."""

    def __init__(self, receiver: _Receiver, host: str, refused: "OrderedDict[str, None]") -> None:
        self._receiver = receiver
        self._host = host
        self._refused = refused

    def resolutionBegan(self, resolution: object) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:
        if is_public(address.host):
            self._refused.pop(self._host, None)
            self._receiver.addressResolved(address)
            return
        self._refused[self._host] = None
        while len(self._refused) > _REMEMBERED:
            self._refused.popitem(last=False)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's own resolver (getaddrinfo in a thread, no cache), with the address check."""

    def __init__(self, reactor: ReactorBase, *, allow_private: bool) -> None:
        from twisted.internet._resolver import GAIResolver

        self._reactor = reactor
        self._allow_private = allow_private
        self._inner = GAIResolver(IReactorThreads(reactor))
        self._refused: OrderedDict[str, None] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> "GuardedResolver":
        """Create it for `scrapy crawl`, through the setting TWISTED_DNS_RESOLVER."""
        return cls(reactor, allow_private=crawler.settings.getbool("WARRAQ_ALLOW_PRIVATE"))

    def install_on_reactor(self) -> None:
        """Route every connection of the process through this resolver."""
        self._reactor.installNameResolver(IHostnameResolver(self))

    def refused(self, host: str) -> bool:
        """Whether the host's last look-up returned private addresses only."""
        return host in self._refused

    def resolveHostName(
        self,
        resolutionReceiver: _Receiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        """See IHostnameResolver."""
        judge = _Judge(resolutionReceiver, hostName, self._refused)
        receiver = resolutionReceiver if self._allow_private else judge
        receiver = IResolutionReceiver(receiver, receiver)  # itself, whether it declares the interface or not
        return self._inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)
