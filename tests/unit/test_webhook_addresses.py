"""Which addresses a webhook may be called at: the world's, and those that the operator lists."""

from ipaddress import ip_address

import pytest

from sojourn.channels.webhook.model import Allowed, is_public, refusal
from sojourn.kit.errors import Invalid

INSIDE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1"),
    *("64:ff9b::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "::7f00:1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_not_public(address):
    assert not is_public(ip_address(address))
    assert "not an address of the public internet" in (refusal("x.example", 443, [address], Allowed()) or "")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
def test_addresses_of_the_world_are_public(address):
    assert refusal("x.example", 443, [address], Allowed()) is None
    assert refusal("x.example", 80, [address], Allowed()) is None
    assert refusal("x.example", 8080, [address], Allowed()) == "port 8080 of x.example is not called, only 80 and 443"


def test_one_address_inside_is_enough():
    assert refusal("x.example", 443, ["93.184.215.14", "10.0.0.1"], Allowed()) is not None


def test_what_the_operator_lists_is_called_on_any_port():
    allowed = Allowed.parse(" 10.0.0.0/8, ::1 ,Hooks.Internal,")
    assert refusal("x.example", 8080, ["10.0.0.1", "::1"], allowed) is None
    assert refusal("HOOKS.internal", 8080, ["192.168.0.1"], allowed) is None
    assert refusal("x.example", 443, ["192.168.0.1"], allowed) is not None
    assert refusal("x.example", 8080, ["10.0.0.1", "93.184.215.14"], allowed) is not None


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.1/8", "https://x.example", "::1::"])
def test_a_list_that_cannot_be_read_is_refused(text):
    with pytest.raises(Invalid, match="SOJOURN_WEBHOOK_ALLOW") as caught:
        Allowed.parse(text)
    assert caught.value.problems[0].code == "webhook_allow"
