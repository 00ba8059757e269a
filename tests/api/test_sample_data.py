"""Sample data and channels: what a first look at Sojourn asks for."""

from served import Api

SAMPLE, CHANNELS = "/api/v1/sample-data", "/api/v1/channels"


async def test_sample_data_bring_people_and_a_journey_that_could_be_published(api: Api) -> None:
    made = await api.client.post(SAMPLE)
    assert (made.status_code, made.json()) == (201, {"journey": "product-launch"})
    people = (await api.client.get("/api/v1/audiences/contact")).json()
    assert people["people"] > 900
    segment = (await api.client.get("/api/v1/segments/most-valuable-customers")).json()
    assert segment["state"] == "Live"
    checked = (await api.client.get("/api/v1/journeys/product-launch/problems")).json()
    assert checked["problems"] == []


async def test_sample_data_twice_are_there_once(api: Api) -> None:
    await api.client.post(SAMPLE)
    before = (await api.client.get("/api/v1/audiences/contact")).json()["people"]
    assert (await api.client.post(SAMPLE)).status_code == 201
    assert (await api.client.get("/api/v1/audiences/contact")).json()["people"] == before


async def test_channels_say_what_they_are_and_whether_they_work(api: Api) -> None:
    told = (await api.client.get(CHANNELS)).json()["channels"]
    assert {one["kind"]: one["name"] for one in told} == {
        "email": "inbox", "text": "inbox", "push": "inbox", "webhook": "webhook",
    }  # fmt: skip
    for one in told:
        answer = (await api.client.post(f"{CHANNELS}/{one['kind']}/probe")).json()
        assert answer["works"]
        assert answer["answer"]
