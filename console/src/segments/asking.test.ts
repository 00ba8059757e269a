import { expect, test } from "vitest";
import { askingAbout } from "./asking";

const segments = [
  { name: "adas", condition: { all: [] } },
  { name: "others", condition: { none: [{ any: [{ member_of: "adas" }] }] } },
  { name: "keen", condition: { all: [{ not_member_of: "others" }, { member_of: "loyal" }] } },
  { name: "loyal", condition: { all: [] } },
];

test("a segment cannot ask about those that ask about it, be it through others", () => {
  expect(askingAbout("adas", segments)).toEqual(["others", "keen"]);
  expect(askingAbout("loyal", segments)).toEqual(["keen"]);
  expect(askingAbout("keen", segments)).toEqual([]);
});
