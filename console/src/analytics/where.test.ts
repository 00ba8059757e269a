import { describe, expect, it } from "vitest";
import { readWhere, type Where, writeWhere } from "./where";

const NOTHING: Where = {
  version: undefined,
  run: undefined,
  view: undefined,
  step: undefined,
  number: undefined,
  person: undefined,
  way: undefined,
};

describe("N3: the address of a number", () => {
  it.each<Partial<Where>>([
    {},
    { version: 2, run: 7, view: "table", step: "announce" },
    { version: "all", person: "3-14", way: "3-15" },
    { number: { flow: "here" } },
    { step: "announce", number: { step: "announce", flow: "clicked", link: "product", automated: true } },
    { step: "clicked", number: { step: "clicked", flow: "left", outcome: "yes" } },
    { step: "announce", number: { step: "announce", flow: "blocked", reason: "opted_out" } },
    { step: "announce", number: { step: "announce" } },
    { step: "better", number: { step: "better", flow: "left", outcome: "a", tested: true } },
    { step: "better", number: { step: "better", flow: "left", outcome: "a", tested: false } },
  ])("is read as it was written: %j", (given) => {
    const where = { ...NOTHING, ...given };
    expect(readWhere(new URLSearchParams(writeWhere(where)))).toEqual(where);
  });

  it("says nothing that nobody has chosen, and nothing of what is no choice", () => {
    expect(writeWhere(NOTHING)).toBe("");
    expect(readWhere(new URLSearchParams("version=x&run=-&view=pie"))).toEqual({
      ...NOTHING,
      run: undefined,
    });
  });
});
