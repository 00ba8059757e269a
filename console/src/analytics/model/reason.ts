/** Why a visit went as it did, in words, from what decided it (rule N4). */
import type { Schemas } from "~/api/client";
import type { MessageId } from "~/app/english";
import type { Text, Values } from "~/kit/text";
import { wayEnglish } from "../way.english";
import type { Visit } from "./replay";

export type TimelineEvent = Schemas["TimelineEvent"];

/** How the sentences are said: the catalogue, and the words of the journey that they are about. */
export interface Say {
  text: Text;
  time(at: string): string;
  percent(rate: number): string;
  outcome(step: string, outcome: string): string;
  reason(reason: string): string;
}

type Cause = Record<string, unknown>;

export function reasonOf(visit: Visit, events: readonly TimelineEvent[], say: Say): string {
  const cause: Cause = visit.cause ?? {};
  if (visit.exit_reason !== null) return exited(visit.exit_reason, cause, say);
  if (visit.kind === "start") return say.text(visit.left_at ? "way.letIn" : "way.slot");
  if (visit.left_at === null) return here(visit, say);
  if (visit.delivery_state) return delivered(visit, say);
  return decided(visit, cause, events, say);
}

function here(visit: Visit, { text }: Say): string {
  return text(
    visit.delivery_state === "queued" || visit.delivery_state === "sending" ? "way.queued" : "way.here",
  );
}

function exited(reason: string, { event, name, at, segment, since }: Cause, say: Say): string {
  const word = say.reason(reason);
  if (event) return say.text("way.exitedEvent", { reason: word, event: `${name}`, at: say.time(`${at}`) });
  if (segment)
    return say.text("way.exitedSegment", { reason: word, segment: `${segment}`, at: say.time(`${since}`) });
  return say.text("way.exited", { reason: word });
}

function delivered(visit: Visit, { text, time, reason }: Say): string {
  const address = visit.address ?? text("way.erased");
  const at = visit.handed_at ? time(visit.handed_at) : "";
  if (visit.delivery_state === "sent")
    return visit.kind === "webhook" ? text("way.called", { at }) : text("way.sent", { at, address });
  if (visit.delivery_state === "unknown") return text("way.unknown", { address });
  const sentence = text("way.notSent", { reason: reason(visit.reason ?? "") });
  return visit.answer ? text("way.answered", { sentence, answer: visit.answer }) : sentence;
}

function decided(visit: Visit, cause: Cause, events: readonly TimelineEvent[], say: Say): string {
  const { text, time } = say;
  const outcome = say.outcome(visit.step, visit.outcome ?? "");
  const tell = (id: MessageId, values: Values = {}) => text(id, { outcome, ...values });
  const { reason, event, at, segment, since, until, share, winner, goal, attribute } = cause;
  if (visit.kind === "raise" && event) return tell("way.raised", { at: time(`${at}`) });
  if (event) return tell("way.event", { event: eventWord(`${event}`, events, text), at: time(`${at}`) });
  if (segment) return tell("way.segment", { segment: `${segment}`, at: time(`${since}`) });
  if (reason === "limit_passed") return tell("way.limit", { at: time(`${cause.deadline}`) });
  if (reason === "not_sent") return tell("way.outcomeNotSent");
  if (reason === "no_case_holds") return tell("way.noCase");
  if (until) return tell("way.until", { at: time(`${until}`) });
  if (cause.case) return tell("way.case", { number: Number(cause.case) });
  if (winner) return tell("way.winner", rates(cause.rates, say));
  if (share !== undefined)
    return visit.kind === "ab_test"
      ? tell("way.tests")
      : tell("way.chance", { share: Math.round(Number(share) * 100) });
  if (goal) return tell("way.goal", { goal: `${goal}` });
  if (attribute)
    return tell("way.set", { attribute: `${attribute}`, value: JSON.stringify(cause.value ?? null) });
  return tell("way.outcome");
}

function rates(found: unknown, { percent }: Say): Values {
  const { a = 0, b = 0 } = (found ?? {}) as { a?: number; b?: number };
  return { a: percent(a), b: percent(b) };
}

/** What somebody did, as far as it is known still. */
function eventWord(id: string, events: readonly TimelineEvent[], text: Text): string {
  const event = events.find((one) => one.id === id);
  if (!event) return text("way.event_unknown");
  const word = `way.event_${event.name.split(".")[1]}`;
  if (!event.step || !(word in wayEnglish)) return text("way.event_other", { name: event.name });
  return text(word as MessageId, { link: event.link ?? "" });
}
