"""The way in as a step of the engine: with an entry rate, whoever starts waits here for their slot (rule J9).

Whoever comes is due at once, and takes the next free slot of the journey; one row holds when that is, for all shards.
At their slot they are let in, unless they have become a member of an excluded segment meanwhile (J5). A slot that was
missed, since the journey was paused or the system was down, is not made up for, or too many would enter at once: they
take another one. For whom no slot is left before the end of the journey, the entry is closed (J8).

Without an entry rate nobody ever waits here.
"""

from collections.abc import Mapping
from typing import Any, Literal

from psycopg.sql import SQL, Composable

from sojourn.journeys.steps.base import BaseStep


class StartStep(BaseStep):
    """Stands in no document, but its settings are frozen like those of other steps: see sojourn.journeys.way_in."""

    kind: Literal["start"]

    outcomes = ("entered",)
    # A slot is due later than its owner came. The row is locked only if somebody needs one.
    effect = """
      version as materialized (
        select v.id, v.journey from step s join journey_version v on v.id = s.version where s.id = %(step)s
      ),
      judged as materialized (
        select due.*, case
            when %(now)s >= %(until)s::timestamptz then 'entry_closed'
            when not exists (select from person p where p.shard = %(shard)s and p.id = due.person) then 'person_deleted'
            when exists (
              select from segment_member m join entry_segment w on w.segment = m.segment
              where w.version = (select id from version) and w.excluded and m.shard = %(shard)s
                and m.person = due.person and m.until is null) then 'excluded'
          end as reason,
          due.due_at > due.entered_at and due.due_at + %(patience)s::interval >= %(now)s
          and (select window_opens(%(now)s, %(zone)s, %(weekdays)s::int[], %(opens)s::time, %(closes)s::time)) = %(now)s
            as on_time
        from due
      ),
      asking as materialized (
        select participant, row_number() over (order by due_at, participant) as number
        from judged where reason is null and not on_time
      ),
      line as materialized (
        select at from next_slot
        where journey = (select journey from version) and exists (select from asking) for update
      ),
      given as materialized (
        select slot.*, row_number() over (order by slot.at) as number
        from line cross join lateral entry_slots(
          greatest(line.at, %(now)s), %(until)s::timestamptz, (select count(*) from asking), %(people)s::int,
          %(per)s::interval, %(zone)s, %(weekdays)s::int[], %(opens)s::time, %(closes)s::time) slot
      ),
      taken as (
        update next_slot set at = (select max(free) from given)
        where journey = (select journey from version) and exists (select from given)
      ),"""
    outcome_query = """
      select judged.participant,
             case when reason is not null then 'exit:' || reason
                  when slot.at is null then 'exit:entry_closed'
                  when slot.at <= %(now)s then 'entered' end as outcome,
             slot.at as wake_at,
             case when reason is null and slot.at is not null then jsonb_build_object('slot', slot.at) end as cause
      from judged
      left join asking on asking.participant = judged.participant
      left join given on given.number = asking.number
      cross join lateral (select case when on_time then due_at else given.at end as at) slot"""

    @classmethod
    def query(cls, settings: Mapping[str, Any]) -> tuple[Composable, Mapping[str, Any]]:
        return SQL(cls.outcome_query), {**settings["rate"], "zone": settings["zone"]}
