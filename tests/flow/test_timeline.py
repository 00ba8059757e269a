"""The page's own example as a timeline, row by row, driven through the public API on the virtual clock, mails going
through a real SMTP server. t0 is the start of the journey; the time limit of its branch is one day."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import launch
import pytest

from house import House, environment, mail_server

GRACE = timedelta(seconds=5)
HOUR = timedelta(hours=1)
SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel)"

PEOPLE = """email,first_name,lifetime_value,phone
clicks@x.example,Ann,1000,+33612345601
early@x.example,Bob,10,+33612345602
other@x.example,Cleo,1000,+33612345603
never@x.example,Dan,1000,+33612345604
late@x.example,Eve,1000,+33612345605
twice@x.example,Fay,1000,+33612345606
opens@x.example,Gus,1000,+33612345607
optedout@x.example,Hal,1000,+33612345608
suppressed@x.example,Ivy,1000,+33612345609
nophone@x.example,Jo,1000,
notext@x.example,Kim,1000,+33612345611
removed@x.example,Lea,1000,+33612345612
joins@x.example,Max,11,+33612345613
rejoins@x.example,Ned,1000,+33612345614
untracked@x.example,Ola,1000,+33612345615
scanned@x.example,Pia,1000,+33612345616
deadline@x.example,Quy,1000,+33612345617
stopped@x.example,Ria,20,+33612345618
"""


class Story:
    """The whole story once; the rows below look at what came of it."""

    def __init__(self, house: House) -> None:
        self.house = house
        now = datetime.fromisoformat(house.call("GET", "/clock")["now"])
        self.t0 = now.replace(minute=0, second=0, microsecond=0) + 2 * HOUR
        self.refusals: dict[str, dict[str, Any]] = {}
        self.before_the_end: dict[str, dict[str, Any]] = {}

    def tell(self) -> None:
        self._prepare()
        self._publish()
        self.house.move_to(self.t0)
        self._first_hours()
        self._first_day()
        self._later()

    def _prepare(self) -> None:
        house = self.house
        house.call("PATCH", "/workspace", json={"postal_address": "Contoso, 1 Main Street, Springfield"})
        house.call("PUT", "/audiences/contact/attributes/lifetime_value", json={"type": "number"})
        form = {"audience": "contact", "key": "email"}
        imported = house.call("POST", "/people/imports", data=form, files={"file": ("people.csv", PEOPLE, "text/csv")})
        assert (imported["accepted"], imported["rejected"]) == (18, 0)
        unaddressed = {"audience": "contact", "key": "noaddress", "attributes": {"lifetime_value": 5000}}
        house.call("POST", "/people", json=unaddressed)
        house.call("POST", "/segments", json=launch.SEGMENT)
        for name, value in (("newcomers", 10), ("patient", 20)):
            condition = {"attribute": "lifetime_value", "test": "is", "value": value}
            house.call("POST", "/segments", json={**launch.SEGMENT, "name": name, "condition": condition})
        for content in (launch.ANNOUNCEMENT, launch.LAUNCHED):
            house.call("POST", "/contents", json=content)
        for purpose, channel, address in (
            ("commercial", "email", "optedout@x.example"),
            ("commercial", "text", "+33612345611"),
            ("tracking", "email", "untracked@x.example"),
        ):
            consent = {"channel": channel, "address": address, "purpose": purpose, "state": "opted_out"}
            house.call("PUT", "/consents", json=consent)
        house.call("PUT", "/suppressions", json={"channel": "email", "address": "suppressed@x.example"})

    def _publish(self) -> None:
        house, t0 = self.house, self.t0
        main = launch.journey("Product launch", t0, t0 + 72 * HOUR)
        house.call("POST", "/journeys", json=main)
        self.refusals["draft"] = house.refused("POST", "/journeys/product-launch/publication")
        self.refusals["state"] = house.call("GET", "/journeys/product-launch")
        for content in ("product-announcement", "product-launched"):
            house.call("POST", f"/contents/{content}/readiness")
        house.call("POST", "/journeys", json=launch.journey("Launched already", t0, t0 - 24 * HOUR))
        self.refusals["past"] = house.refused("POST", "/journeys/launched-already/publication")
        house.call("POST", "/journeys/product-launch/publication")
        changed = launch.journey("Product launch", t0, t0 + 96 * HOUR)
        self.refusals["change"] = house.refused("PUT", "/journeys/product-launch", json=changed)
        self.refusals["again"] = house.refused("POST", "/journeys/product-launch/publication")
        self.refusals["delete"] = house.refused("DELETE", "/journeys/product-launch")
        house.call("POST", "/journeys", json=launch.journey("Early launch", t0, t0 + 12 * HOUR, "newcomers"))
        house.call("POST", "/journeys/early-launch/publication")
        house.call("POST", "/journeys", json=launch.journey("Stopped launch", t0, t0 + 72 * HOUR, "patient"))
        house.call("POST", "/journeys/stopped-launch/publication")

    def _first_hours(self) -> None:
        house, t0 = self.house, self.t0
        house.move_to(t0 + timedelta(seconds=1))
        for url in self._links("scanned").values():
            house.follow(url, agent=SCANNER)
        house.move_to(t0 + 1 * HOUR)
        self._value("joins", 2000)
        self._value("rejoins", 5)
        house.move_to(t0 + 2 * HOUR)
        self._value("removed", 5)
        self._value("rejoins", 2000)
        opened = self.house.postbox.to("opens@x.example")[0].get_body(("html",))
        assert opened is not None
        house.follow(next(part for part in opened.get_content().split('"') if part.endswith(".gif")))

    def _first_day(self) -> None:
        house, t0 = self.house, self.t0
        house.move_to(t0 + 23 * HOUR)
        for who in ("clicks", "early", "nophone", "notext", "twice", "twice", "stopped"):
            assert house.follow(self._links(who)["See the product"]).headers["location"].endswith("/product?from=mail")
        house.follow(self._links("other")["About us"])
        house.move_to(t0 + 24 * HOUR + timedelta(seconds=2))
        click = {
            "person": house.person("deadline@x.example"),
            "name": "email.clicked",
            "at": (t0 + 24 * HOUR - timedelta(milliseconds=1)).isoformat(),
            "delivery": house.visits("deadline@x.example", "product-launch")["announce"]["delivery"],
            "link": "product",
        }
        house.call("POST", "/events", json=click)
        house.move_to(t0 + 25 * HOUR)

    def _later(self) -> None:
        house, t0 = self.house, self.t0
        house.follow(self._links("late")["See the product"])
        house.move_to(t0 + 30 * HOUR)
        self.before_the_end = house.call("GET", "/journeys/product-launch/numbers")
        house.call("POST", "/journeys/stopped-launch/stopping")
        house.move_to(t0 + 72 * HOUR)

    def _value(self, who: str, value: int) -> None:
        person = {"audience": "contact", "key": f"{who}@x.example", "attributes": {"lifetime_value": value}}
        self.house.call("POST", "/people", json=person)
        self.house.move_to(datetime.fromisoformat(self.house.call("GET", "/clock")["now"]))

    def _links(self, who: str) -> dict[str, str]:
        return self.house.links(f"{who}@x.example")

    def way(self, who: str, journey: str = "product-launch") -> list[tuple[str, str | None, timedelta]]:
        """(step, outcome, when it was left after t0) of each visit."""
        key = who if who == "noaddress" else f"{who}@x.example"
        visits = self.house.visits(key, journey)
        return [
            (step, visit["outcome"] or visit["exit_reason"], datetime.fromisoformat(visit["left_at"]) - self.t0)
            for step, visit in visits.items()
        ]

    def cause(self, who: str, step: str) -> dict[str, Any]:
        key = who if who == "noaddress" else f"{who}@x.example"
        cause: dict[str, Any] = self.house.visits(key, "product-launch")[step]["cause"]
        return cause

    def texts(self, phone: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = self.house.call("GET", "/inbox", params={"to": phone})["messages"]
        return messages

    def step(self, name: str, journey: str = "product-launch") -> dict[str, Any]:
        steps = {step["step"]: step for step in self.house.call("GET", f"/journeys/{journey}/numbers")["steps"]}
        found: dict[str, Any] = steps[name]
        return found


@pytest.fixture(scope="module")
def story(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with mail_server() as (postbox, smtp_url):
        house = House(environment(smtp_url, tmp_path_factory.mktemp("house"), module_database), postbox)
        house.start()
        try:
            story = Story(house)
            story.tell()
            yield story
        finally:
            house.stop()


NO_AT_DEADLINE = [("announce", "sent", timedelta(0)), ("clicked", "no", 24 * HOUR + GRACE)]


def test_row_1_a_click_within_the_limit_is_yes_at_once_and_the_text_comes_at_launch(story: Story) -> None:
    assert story.way("clicks") == [
        ("announce", "sent", timedelta(0)),
        ("clicked", "yes", 23 * HOUR),
        ("launch", "done", 72 * HOUR),
        ("launched", "sent", 72 * HOUR),
    ]
    assert len(story.texts("+33612345601")) == 1
    assert story.cause("clicks", "clicked")["event"]


def test_row_2_a_launch_that_has_passed_holds_up_nobody(story: Story) -> None:
    assert story.way("early", "early-launch")[1:] == [
        ("clicked", "yes", 23 * HOUR),
        ("launch", "done", 23 * HOUR),
        ("launched", "sent", 23 * HOUR),
    ]
    assert len(story.texts("+33612345602")) == 1


@pytest.mark.parametrize("who", ["other", "never", "opens", "untracked"])
def test_rows_3_4_7_13_whatever_is_no_click_on_that_link_is_no_at_the_limit(story: Story, who: str) -> None:
    assert story.way(who) == NO_AT_DEADLINE
    assert story.cause(who, "clicked")["reason"] == "limit_passed"


def test_row_5_a_click_after_the_limit_moves_nobody_but_is_in_the_numbers(story: Story) -> None:
    assert story.way("late") == NO_AT_DEADLINE
    clicks = story.step("announce")["message"]["links"]["product"]
    assert clicks["people"] == len({"clicks", "nophone", "notext", "twice", "deadline", "late"})


def test_row_6_two_clicks_are_one_passage(story: Story) -> None:
    assert story.way("twice")[1] == ("clicked", "yes", 23 * HOUR)
    assert len(story.texts("+33612345606")) == 1
    clicks = story.step("announce")["message"]["links"]["product"]
    assert clicks["total"] == clicks["people"] + 1


@pytest.mark.parametrize(
    ("who", "reason"), [("noaddress", "address_missing"), ("optedout", "opted_out"), ("suppressed", "suppressed")]
)
def test_row_8_a_blocked_message_is_no_at_once(story: Story, who: str, reason: str) -> None:
    assert story.way(who) == [("announce", "blocked", timedelta(0)), ("clicked", "no", timedelta(0))]
    assert story.cause(who, "announce")["reason"] == reason
    assert story.cause(who, "clicked")["reason"] == "not_sent"
    assert story.step("announce")["message"]["blocked"][reason] == 1
    assert story.house.postbox.to(f"{who}@x.example") == []


@pytest.mark.parametrize(("who", "reason"), [("nophone", "address_missing"), ("notext", "opted_out")])
def test_row_9_a_blocked_text_ends_the_participation_in_order(story: Story, who: str, reason: str) -> None:
    assert story.way(who)[-1] == ("launched", "blocked", 72 * HOUR)
    assert story.cause(who, "launched")["reason"] == reason


def test_row_10_leaving_the_segment_changes_nothing(story: Story) -> None:
    assert story.way("removed") == NO_AT_DEADLINE


def test_row_11_who_joins_later_never_enters_a_static_audience(story: Story) -> None:
    assert story.way("joins") == []
    assert story.house.postbox.to("joins@x.example") == []


def test_row_12_leaving_and_joining_again_is_one_passage(story: Story) -> None:
    assert story.way("rejoins") == NO_AT_DEADLINE


def test_row_13_without_consent_to_tracking_there_are_plain_links_and_no_picture(story: Story) -> None:
    assert story.house.links("untracked@x.example")["See the product"] == "https://contoso.example/product?from=mail"
    html = story.house.postbox.to("untracked@x.example")[0].get_body(("html",))
    assert html is not None
    assert ".gif" not in html.get_content()


def test_row_14_a_scanner_is_counted_apart_and_moves_nobody(story: Story) -> None:
    assert story.way("scanned") == NO_AT_DEADLINE
    message = story.step("announce")["message"]
    assert message["links"]["product"]["automated"] == 1
    assert message["links"]["about"]["automated"] == 1


def test_row_15_event_time_decides_and_not_the_order_of_arrival(story: Story) -> None:
    assert story.way("deadline")[1] == ("clicked", "yes", 24 * HOUR + timedelta(seconds=2))
    assert len(story.texts("+33612345617")) == 1


def test_stopping_ends_everybody_inside_and_nobody_gets_the_text(story: Story) -> None:
    assert story.way("stopped", "stopped-launch")[-1] == ("launch", "journey_stopped", 30 * HOUR)
    assert story.step("launch", "stopped-launch")["exited"] == {"journey_stopped": 1}
    assert story.house.call("GET", "/journeys/stopped-launch")["state"] == "Stopped"
    assert story.texts("+33612345618") == []


def test_publishing_with_a_draft_is_refused_and_names_the_step(story: Story) -> None:
    assert {(p["code"], p["where"]) for p in story.refusals["draft"]["problems"]} == {
        ("content_not_ready", "announce"),
        ("content_not_ready", "launched"),
    }
    assert story.refusals["state"]["state"] == "Draft"


def test_publishing_with_a_launch_in_the_past_is_refused(story: Story) -> None:
    assert [(p["code"], p["where"]) for p in story.refusals["past"]["problems"]] == [("wait_in_past", "launch")]


@pytest.mark.parametrize("attempt", ["change", "again", "delete"])
def test_P3_nothing_can_be_changed_after_publishing(story: Story, attempt: str) -> None:
    assert story.refusals[attempt]["status"] == 409


def test_N1_every_step_adds_up_at_each_moment_and_nobody_is_left_at_the_end(story: Story) -> None:
    for step in story.before_the_end["steps"]:
        assert step["entered"] == step["here"] + sum(step["left"].values()) + sum(step["exited"].values())
    assert {step["step"]: step["here"] for step in story.before_the_end["steps"]}["launch"] > 0
    for journey in ("product-launch", "early-launch", "stopped-launch"):
        assert [s["here"] for s in story.house.call("GET", f"/journeys/{journey}/numbers")["steps"]] == [0] * 5
    assert story.house.call("GET", "/journeys/product-launch")["state"] == "Completed"


def test_D3_everybody_has_exactly_one_explanation_and_every_mail_was_sent_once(story: Story) -> None:
    assert json.loads(story.house.command("verify", "--json"))["faults"] == []
    sent = [to for to, _ in story.house.postbox.received]
    assert sorted(sent) == sorted(set(sent))


def test_P7_a_journey_that_was_stopped_can_be_deleted_and_its_history_stays(story: Story) -> None:
    house = story.house
    house.call("DELETE", "/journeys/stopped-launch")
    assert house.refused("GET", "/journeys/stopped-launch")["status"] == 404
    house.call("POST", "/journeys", json=launch.journey("Stopped launch", story.t0, story.t0))
    assert [*house.visits("stopped@x.example", "stopped-launch")] == ["announce", "clicked", "launch"]
    assert json.loads(house.command("verify", "--json"))["faults"] == []
