import { expect, test } from "vitest";
import type { JourneyDocument } from "./document";
import { segmentsAt } from "./segments";

const JOURNEY = {
  journey: "Members",
  start: { segment: ["vip", ""], exclude: ["staff"] },
  exits: [{ segment: "gone" }, { trigger: "order.placed" }],
  steps: [
    {
      id: "kinds",
      kind: "branch",
      cases: [
        {
          outcome: "yes",
          when: { all: [{ member_of: "keen" }, { none: [{ not_member_of: "loyal" }] }] },
          // biome-ignore lint/suspicious/noThenProperty: the document says so
          then: [{ id: "joined", kind: "wait_for", segment: "buyers", within: "1 day", yes: [], no: [] }],
        },
      ],
      other: [],
    },
  ],
} as unknown as JourneyDocument;

test.each([
  ["start", ["vip", "staff", "gone"]],
  ["kinds", ["keen", "loyal"]],
  ["joined", ["buyers"]],
  ["nowhere", []],
])("the segments at %s", (step, names) => {
  expect(segmentsAt(JOURNEY, step)).toEqual(names);
});
