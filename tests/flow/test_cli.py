"""The command line, in this process and on a real database: what it prints, and what it says when it cannot."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from builders import FOOTER, a_contact, a_workspace, journey, mjml, publish, sends, texts, waits
from participation import T0
from sojourn.app.cli import main
from sojourn.db.connect import Connection, connect
from sojourn.journeys.store import create

ATTRIBUTES = """
attributes: contact
types: {lifetime_value: number}
"""
SEGMENT = """
segment: most-valuable
audience: contact
condition: {attribute: lifetime_value, test: at_least, value: 1000}
"""
JOURNEY = """
journey: Product launch
start: {segment: most-valuable}
steps:
  - {id: pause, kind: wait, for: 1 day}
"""
TEXT = """
text: launch-text
audience: contact
body: Hello
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def sojourn(database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command; lines are as long as they need to be."""
    monkeypatch.setenv("SOJOURN_DATABASE_URL", database)
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: object) -> Said:
        monkeypatch.setattr("sys.argv", ["sojourn", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(int(ended.value.code or 0), *capsys.readouterr())

    return run


def within(database: str, act: Callable[[Connection], Coroutine[Any, Any, Any]]) -> Any:
    """Something done beside the command line."""

    async def connected() -> Any:
        async with connect(database) as conn, conn.transaction():
            return await act(conn)

    return asyncio.run(connected())


def file(folder: Path, *documents: str, name: str = "launch.yaml") -> Path:
    path = folder / name
    path.write_text("---".join(documents), encoding="utf-8")
    return path


# ---------------------------------------------------------------------------------------------------- import


def test_importing_says_how_many_and_where_the_rejected_rows_are(sojourn, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("email,first_name\nada@x.example,Ada\nbob at x,Bob\n", encoding="utf-8")
    said = sojourn("import", "people", people)
    assert said.code == 0
    assert said.out.splitlines()[0] == "2 rows: 1 new, 0 updated, 0 unchanged, 1 rejected."
    assert re.search(r"GET /api/v1/people/imports/\d+/rejected", said.out)
    assert "1 unchanged, 1 rejected" in sojourn("import", "people", people).out


def test_importing_for_an_audience_that_is_not_there_ends_with_a_sentence(sojourn, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("email\na@x.example\n", encoding="utf-8")
    said = sojourn("import", "people", people, "--audience", "customers")
    assert (said.code, said.err.strip()) == (1, "There is no audience named 'customers'.")


# ---------------------------------------------------------------------------------------------------- apply


def test_applying_twice_changes_nothing(sojourn, tmp_path):
    path = file(tmp_path, JOURNEY, SEGMENT, ATTRIBUTES, TEXT)
    assert sojourn("apply", path).out.split("\n")[:-1] == [
        "changed    attributes contact", "created    segment most-valuable", "created    text launch-text",
        "created    journey Product launch",
    ]  # fmt: skip
    again = sojourn("apply", path)
    assert (again.code, [line.split()[0] for line in again.out.splitlines()]) == (0, ["unchanged"] * 4)
    file(tmp_path, SEGMENT.replace("1000", "2000"))
    assert sojourn("apply", path).out == "changed    segment most-valuable\n"


def test_a_folder_is_applied_in_the_order_in_which_its_documents_need_each_other(sojourn, tmp_path):
    for number, document in enumerate((JOURNEY, TEXT, SEGMENT, ATTRIBUTES)):
        file(tmp_path, document, name=f"{number}.yml")
    assert [line.split()[1] for line in sojourn("apply", tmp_path).out.splitlines()] == [
        "attributes", "segment", "text", "journey",
    ]  # fmt: skip
    (tmp_path / "empty").mkdir()
    said = sojourn("apply", tmp_path / "empty")
    assert (said.code, said.err) == (1, f"The folder {tmp_path / 'empty'} has no YAML files.\n")


def test_a_segment_is_applied_after_those_it_asks_about(sojourn, tmp_path):
    asks = (
        "\nsegment: {0}\naudience: contact\ncondition: {{all: [{{member_of: {1}}}, {{none: [{{member_of: {2}}}]}}]}}\n"
    )
    texts = [asks.format("a", "b", "c"), asks.format("b", "c", "d"), asks.format("c", "d", "d")]
    said = sojourn("apply", file(tmp_path, *texts, SEGMENT.replace("most-valuable", "d"), ATTRIBUTES))
    assert [line.split()[2] for line in said.out.splitlines()] == ["contact", "d", "c", "b", "a"]
    circle = sojourn("apply", file(tmp_path, asks.format("d", "a", "a")))
    assert (circle.code, circle.out) == (1, "")
    assert "Segments ask in a circle" in circle.err


@pytest.mark.parametrize(
    ("documents", "line", "place"),
    [
        ([ATTRIBUTES, SEGMENT, JOURNEY.replace("for: 1 day", "for: a while")], 12, "/steps/0/for: 'a while' is not"),
        ([ATTRIBUTES, SEGMENT, JOURNEY.replace("start:", "starts:")], 9, "/start: Field required."),
        ([ATTRIBUTES, SEGMENT.replace("at_least", "at_leats")], 7, "/condition/test: Input should be 'is'"),
        ([SEGMENT], 4, "/condition/attribute: There is no attribute 'lifetime_value'."),
        ([TEXT + "ready: no\n"], 5, "/ready: It is true or false, in these words."),
        (["workspace: Contoso\nzone: Mars/Base\n"], 2, "/zone: 'Mars/Base' is no IANA time zone"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_place_and_nothing_is_applied(
    sojourn, database, tmp_path, documents, line, place
):
    path = file(tmp_path, *documents)
    said = sojourn("apply", path)
    assert (said.code, said.out) == (1, "")
    assert f"{path} line {line}, {place}" in said.err

    async def kept(conn):
        return await (await conn.execute("select name from segment union all select name from journey")).fetchall()

    assert within(database, kept) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("journey: [", "launch.yaml line 1: Expected the node content"),
        ("journey: x\njourney: y\n", "launch.yaml line 2: 'journey' stands twice"),
        (
            "# note\npoem: x\n",
            "launch.yaml line 2: a document starts with one of workspace, attributes, trigger, segment,",
        ),
        ("- x\n", "launch.yaml line 1 holds something that is not a document"),
        (SEGMENT.replace("contact", "nobody"), "launch.yaml line 2: There is no audience named 'nobody'."),
    ],
)
def test_a_broken_file_names_itself_and_the_line(sojourn, tmp_path, text, said):
    answer = sojourn("apply", file(tmp_path, text))
    assert answer.code == 1
    assert said in answer.err


def test_a_file_that_is_no_text_ends_with_a_sentence(sojourn, tmp_path):
    path = tmp_path / "launch.yaml"
    path.write_bytes(b"journey: \xff\xfe")
    assert sojourn("apply", path).err == f"{path} is not a text in UTF-8.\n"


def test_content_stays_a_draft_when_its_document_says_so_and_a_draft_of_a_segment_becomes_live(
    sojourn, database, tmp_path
):
    sojourn("apply", file(tmp_path, TEXT + "ready: false\n"))

    async def ready(conn):
        return (await (await conn.execute("select ready_at is not null as ready from content_version")).fetchone())[
            "ready"
        ]

    assert within(database, ready) is False
    assert sojourn("apply", file(tmp_path, TEXT)).out == "changed    text launch-text\n"
    assert within(database, ready) is True


def test_a_segment_may_ask_about_those_that_stand_before_it_in_the_file(sojourn, tmp_path):
    asking = SEGMENT.partition("condition")[0].replace("most-valuable", "others") + "condition: {not_member_of: %s}\n"
    said = sojourn("apply", file(tmp_path, ATTRIBUTES, SEGMENT, asking % "most-valuable"))
    assert (said.code, said.out.splitlines()[-1]) == (0, "created    segment others")
    said = sojourn("apply", file(tmp_path, SEGMENT, asking % "others"))
    assert said.code == 1
    assert "line 8, /condition/not_member_of: Segments ask in a circle: 'others' asks about 'others'." in said.err


def test_a_workspace_an_email_and_a_journey_are_applied_and_can_be_published(sojourn, tmp_path):
    body = "\n".join(f"  {line}" for line in mjml("<mj-text>Hello</mj-text>", FOOTER).splitlines())
    mail = f"email: news\naudience: contact\nsubject: News\nsender: a@x.example\nbody: |\n{body}\n"
    workspace = "workspace: Contoso\npostal_address: 1 Main Street\n"
    sending = JOURNEY + "  - {id: mail, kind: email, content: news, to: email}\n"
    assert sojourn("apply", file(tmp_path, ATTRIBUTES, SEGMENT, "\n" + mail, sending, "\n" + workspace)).code == 0
    said = sojourn("publish", "Product launch")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == "Product launch is Live. Watch it: sojourn status product-launch"


# ---------------------------------------------------------------------------------------------------- publish


def test_P2_publishing_lists_every_problem_and_ends_with_1(sojourn, tmp_path):
    sojourn("apply", file(tmp_path, JOURNEY + "  - {id: mail, kind: email, content: news, to: email}\n"))
    said = sojourn("publish", "product-launch")
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines() == [
        "'Product launch' cannot be published yet.",
        "  - start: There is no segment 'most-valuable'. Create it or choose another.",
        "  - mail: There is no content 'news'. Create it or choose another.",
    ]


def test_P2_checking_tells_problems_and_warnings_and_ends_with_1_only_for_problems(sojourn, database, tmp_path):
    within(database, lambda conn: a_workspace(conn, T0))
    exits = JOURNEY.replace("most-valuable", "everybody") + "  - {id: out, kind: exit}\n"
    sojourn("apply", file(tmp_path, exits + "  - {id: never, kind: wait, for: 1 day}\n"))
    checked = sojourn("check", "Product launch")
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.splitlines()[:3] == [
        "Product launch, version 1: may be published.",
        "Warnings:",
        "  - never: Nobody can come to this step. Everybody leaves the journey before it, or goes another way: move it,"
        " or take it out.",
    ]
    published = sojourn("publish", "product-launch")
    assert (published.code, published.out.splitlines()[0]) == (0, "Warnings:")
    assert published.out.splitlines()[-1].startswith("Product launch is Live.")
    sojourn("apply", file(tmp_path, JOURNEY.replace("Product launch", "Other")))
    refused = sojourn("check", "other")
    assert (refused.code, "'Other' cannot be published yet" in refused.err) == (1, True)
    assert "  - start: There is no segment 'most-valuable'. Create it or choose another." in refused.out


def test_P2_a_channel_that_is_not_configured_is_told_by_check_and_publish(sojourn, database, monkeypatch):
    within(database, lambda conn: a_workspace(conn, T0))
    within(database, lambda conn: create(conn, journey(sends(), texts()), T0))
    monkeypatch.setenv("SOJOURN_TEXT", "none")
    for command, said in (("check", "out"), ("publish", "err")):
        answer = sojourn(command, "launch")
        assert (answer.code, "launched: Nothing is configured that sends text" in getattr(answer, said)) == (1, True)
    monkeypatch.delenv("SOJOURN_TEXT")
    assert sojourn("publish", "launch").code == 0


@pytest.mark.parametrize("known_as", ["launch", "Launch"])
def test_a_journey_is_published_watched_and_stopped_by_its_name_or_id(sojourn, database, known_as):
    async def prepare(conn):
        await a_workspace(conn, T0)
        await a_contact(conn, "ada", T0)

    within(database, prepare)
    assert sojourn("publish", known_as).err == f"There is no journey named '{known_as}'.\n"

    async def draft(conn):
        await publish(conn, journey(sends(), waits()), T0)

    within(database, draft)
    assert "'Launch' is live already" in sojourn("publish", known_as).err
    status = sojourn("status", known_as)
    assert status.code == 0
    assert status.out.startswith("Launch: Live ")
    assert [line.split()[0] for line in status.out.splitlines()[1:]] == ["step", "start", "announce", "pause"]
    assert sojourn("stop", known_as).out == "Launch is Stopping.\n"
    assert sojourn("stop", known_as).code == 1


@pytest.mark.parametrize("command", ["publish", "stop", "status"])
def test_a_journey_that_is_not_there_ends_with_a_sentence(sojourn, command):
    assert sojourn(command, "nothing") == (1, "", "There is no journey named 'nothing'.\n")


# ---------------------------------------------------------------------------------------------------- forget


def test_A4_a_person_is_deleted_by_their_key_once(sojourn, database):
    async def prepare(conn):
        return await a_contact(conn, "ada", T0)

    ada = within(database, prepare)
    assert sojourn("forget", "ada").out.startswith(f"Person {ada} is deleted. ")
    assert sojourn("forget", "ada") == (1, "", "There is no person named 'ada'.\n")


# ---------------------------------------------------------------------------------------------------- verify, key


def test_verifying_says_what_was_looked_at_and_that_it_adds_up(sojourn):
    said = sojourn("verify")
    assert (said.code, said.out.splitlines()[1]) == (0, "Everything adds up.")
    as_json = sojourn("verify", "--json")
    assert (as_json.code, json.loads(as_json.out)["faults"]) == (0, [])


def test_verifying_tells_what_does_not_add_up_and_ends_with_1(sojourn, database):
    async def plant(conn):
        await a_workspace(conn, T0)
        await publish(conn, journey(waits()), T0)
        await conn.execute(
            "insert into counter select 7, (select id from run), id, 'sent', '', 3 from step where kind = 'wait'"
        )

    within(database, plant)
    said = sojourn("verify")
    assert (said.code, said.err.strip()) == (1, "Things that do not add up: 1.")
    assert "run 1 step pause: sent in all is 0, but was counted as 3" in said.out
    as_json = sojourn("verify", "--json")
    assert (as_json.code, len(json.loads(as_json.out)["faults"])) == (1, 1)


def test_a_key_is_printed_once(sojourn):
    said = sojourn("key", "reports")
    assert (said.code, said.out.startswith("sj_"), said.out.count("\n")) == (0, True, 1)
    assert "There is a key named 'reports' already" in sojourn("key", "reports").err


@pytest.mark.parametrize(
    ("name", "value", "said"), [("SOJOURN_ZONE", "Mars/Base", "no IANA time zone"), ("SOJOURN_PORT", "http", "integer")]
)
def test_a_wrong_setting_is_named(sojourn, monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    answer = sojourn("verify")
    assert (answer.code, answer.err.splitlines()[0]) == (1, "A setting is wrong.")
    assert f"  - {name}: " in answer.err
    assert said in answer.err


def test_a_database_that_is_not_there_ends_with_a_sentence(sojourn, monkeypatch):
    monkeypatch.setenv("SOJOURN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    answer = sojourn("verify")
    assert (answer.code, "Traceback" in answer.err) == (1, False)


def test_names_are_never_markup(sojourn, tmp_path):
    said = sojourn("apply", file(tmp_path, JOURNEY.replace("Product launch", "'[red]Launch[/red] [/]'")))
    assert said.out == "created    journey [red]Launch[/red] [/]\n"
    assert sojourn("status", "[red]Launch[/red] [/]").out.startswith("[red]Launch[/red] [/]: Draft")
