import { createIntl } from "react-intl";
import { describe, expect, it } from "vitest";
import { english, type MessageId } from "~/app/english";
import type { Values } from "~/kit/text";
import { VISIT } from "./made";
import { reasonOf, type Say, type TimelineEvent } from "./reason";
import type { Visit } from "./replay";

const intl = createIntl({ locale: "en", messages: english });
const SAY: Say = {
  text: (id: MessageId, values?: Values) => intl.formatMessage({ id }, values),
  time: (at) => at.slice(11, 16),
  percent: (rate) => `${rate * 100} %`,
  outcome: (_step, outcome) => (outcome === "yes" ? "Yes" : outcome === "no" ? "No" : outcome),
  reason: (reason) => (reason === "opted_out" ? "the address has opted out" : reason),
};

const CLICK: TimelineEvent = {
  id: "e1",
  name: "email.clicked",
  at: "2026-12-01T10:00:00Z",
  journey: "launch",
  step: "announce",
  link: "product",
  automated: false,
  properties: {},
};

const said = (more: Partial<Visit>, events: TimelineEvent[] = []) =>
  reasonOf({ ...VISIT, ...more }, events, SAY);

describe("N4: why a visit went as it did", () => {
  it("names the event that decided, and what was clicked", () => {
    const cause = { event: "e1", at: CLICK.at };
    expect(said({ cause }, [CLICK])).toBe("Yes, because of a click on product at 10:00.");
    expect(said({ cause }, [{ ...CLICK, name: "order.placed", step: null }])).toContain(
      "the event order.placed",
    );
    expect(said({ cause })).toBe("Yes, because of an event at 10:00.");
  });

  it.each([
    [
      { reason: "limit_passed", deadline: "2026-12-02T09:00:00Z" },
      "No, because nothing of the kind had happened by 09:00.",
    ],
    [{ reason: "not_sent" }, "No, because the message was not sent."],
    [{ reason: "no_case_holds" }, "No, because no condition held."],
    [{ case: 2 }, "No, because condition 2 held, and none before it."],
    [{ segment: "vip", since: "2026-12-01T11:00:00Z" }, "No, because they became a member of vip at 11:00."],
    [{ until: "2026-12-05T09:00:00Z" }, "Waited until 09:00."],
    [{ share: 0.42 }, "No, by chance: their share is 42 of 100, which stays the same."],
    [{ winner: "a", rates: { a: 0.5, b: 0.25 } }, "No, because it won the test: A 50 %, B 25 %."],
    [{ goal: "bought" }, "Reached the goal bought."],
    [{ attribute: "city", value: "Paris" }, 'city was set to "Paris".'],
    [{}, "No."],
  ])("tells what decided: %j", (cause, sentence) => {
    expect(said({ outcome: "no", cause })).toBe(sentence);
  });

  it("says what became of a message", () => {
    const email = { kind: "email", step: "announce", outcome: "sent", address: "ada@x.example" };
    expect(said({ ...email, delivery_state: "sent", handed_at: "2026-12-01T09:01:00Z" })).toBe(
      "Handed over at 09:01 to ada@x.example.",
    );
    expect(said({ ...email, delivery_state: "blocked", reason: "opted_out" })).toBe(
      "Not sent: the address has opted out.",
    );
    expect(said({ ...email, delivery_state: "failed", reason: "refused", answer: "550 no" })).toBe(
      "Not sent: refused. The answer was: 550 no",
    );
    expect(said({ ...email, left_at: null, outcome: null, delivery_state: "queued" })).toBe(
      "Waits for the message to be handed over.",
    );
  });

  it("says why somebody exited", () => {
    const exit = { outcome: null, exit_reason: "opted_out" };
    expect(said(exit)).toBe("Exited: the address has opted out.");
    expect(said({ ...exit, cause: { event: "e", name: "order.placed", at: CLICK.at } })).toBe(
      "Exited: the address has opted out, by order.placed at 10:00.",
    );
  });
});
