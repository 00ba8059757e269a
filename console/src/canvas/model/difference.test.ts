/** Two people at one document: what each did is told by ids, and both together keep what neither touched. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { difference, isNothing, merged } from "./difference";
import { findStep, type JourneyDocument, type Step, stepsOf } from "./document";
import { change, insert, removeWhole } from "./edit";
import { documents } from "./made";
import { plain } from "./plain";
import { read, readSteps, write, writeSteps } from "./writing";

const wait = (id: string, length = "1 day"): Step => ({ id, kind: "wait", for: length });
const ROOTED = { parent: null, outcome: "" };
const BASE: JourneyDocument = {
  journey: "Launch",
  start: { segment: "all" },
  steps: [wait("a"), { id: "asked", kind: "if", of: "a", event: "opened", within: "1 day" }, wait("b")],
};
const names = (document: JourneyDocument | undefined) => document && stepsOf(document).map((step) => step.id);

it("tells what was added, removed and changed", () => {
  const longer = change(BASE, "a", wait("a", "2 days"));
  const after = removeWhole(insert(longer, { parent: "asked", outcome: "yes", index: 0 }, [wait("c")]), "b");
  const found = difference(BASE, { ...after, journey: "Other" });
  expect(found).toEqual({ added: ["c"], removed: ["b"], changed: ["a"], fields: ["journey"] });
  expect(isNothing(difference(BASE, structuredClone(BASE)))).toBe(true);
});

it("what the server fills in is no change", () => {
  const answered = structuredClone(BASE) as unknown as { start: object; steps: object[] };
  answered.start = {
    segment: "all",
    at: "publication",
    end: null,
    exclude: [],
    frequency: "once",
    repeat: null,
  };
  answered.steps[1] = { ...answered.steps[1], link: null, yes: [], cases: [], no: [] };
  expect(isNothing(difference(BASE, answered as unknown as JourneyDocument))).toBe(true);
});

const raise = (properties: Record<string, unknown>): JourneyDocument => ({
  ...BASE,
  steps: [{ id: "a", kind: "raise", trigger: "told", properties }],
});

it("what people name themselves has no defaults", () => {
  const said = raise({ at: "publication", every: 1, no: [], frequency: "once" });
  expect(plain(said)).toEqual(said);
  expect(difference(raise({}), said).changed).toEqual(["a"]);
});

it("an end that the server fills in is none of the journey's own", () => {
  const answered = { ...BASE, exits: [], goal: null } as JourneyDocument;
  expect(isNothing(difference(answered, BASE))).toBe(true);
  const theirs = { ...BASE, exits: [{ trigger: "cart.paid" }] } as JourneyDocument;
  expect(merged(answered, { ...BASE, journey: "Mine" }, theirs)).toMatchObject({ exits: theirs.exits });
});

const asks = (length: string): Step[] => [
  { id: "email", kind: "email", content: length, to: "email" },
  { id: "if", kind: "if", of: "email", event: "opened", within: "1 day", yes: [wait("wait", length)] },
];

it("what both call the same by chance is two steps, and each goes on referring to its own", () => {
  const mine = insert(BASE, { ...ROOTED, index: 0 }, asks("2 days"));
  const theirs = insert(BASE, { ...ROOTED, index: 3 }, asks("3 days"));
  const both = merged(BASE, mine, theirs) as JourneyDocument;
  expect(names(both)).toEqual(["email-2", "if-2", "a", "asked", "b", "email", "if"]);
  expect(findStep(both, "if")).toMatchObject({ of: "email", yes: [{ id: "wait", for: "3 days" }] });
  expect(findStep(both, "if-2")).toMatchObject({ of: "email-2", yes: [{ id: "wait-2", for: "2 days" }] });
});

it("what both added alike at one place is one step", () => {
  const mine = insert(BASE, { ...ROOTED, index: 1 }, [wait("wait")]);
  expect(names(merged(BASE, mine, structuredClone(mine)))).toEqual(["a", "wait", "asked", "b"]);
  const elsewhere = insert(BASE, { ...ROOTED, index: 3 }, [wait("wait")]);
  expect(names(merged(BASE, mine, elsewhere))).toEqual(["a", "wait-2", "asked", "b", "wait"]);
});

it("what touches different things goes together", () => {
  const mine = insert(BASE, { parent: "asked", outcome: "yes", index: 0 }, [wait("mine")]);
  const theirs = { ...change(BASE, "b", wait("b", "3 days")), journey: "Theirs" };
  const both = merged(BASE, mine, theirs);
  expect(both?.journey).toBe("Theirs");
  expect(both && findStep(both, "b")).toMatchObject({ for: "3 days" });
  expect(both && findStep(both, "mine")).toBeDefined();
});

it("steps at different places of one list go together", () => {
  const mine = insert(BASE, { ...ROOTED, index: 1 }, [wait("mine")]);
  const theirs = removeWhole(insert(BASE, { ...ROOTED, index: 3 }, [wait("theirs")]), "a");
  expect(names(merged(BASE, mine, theirs))).toEqual(["mine", "asked", "b", "theirs"]);
});

it("what touches the same is for people to decide", () => {
  const one = change(BASE, "a", wait("a", "2 days"));
  const other = change(BASE, "a", wait("a", "3 days"));
  expect(merged(BASE, one, other)).toBeUndefined();
  expect(merged(BASE, one, removeWhole(BASE, "a"))).toBeUndefined();
  const inside = insert(BASE, { parent: "asked", outcome: "no", index: 0 }, [wait("c")]);
  expect(merged(BASE, inside, removeWhole(BASE, "asked"))).toBeUndefined();
  const same = insert(BASE, { ...ROOTED, index: 1 }, [wait("x")]);
  expect(merged(BASE, same, insert(BASE, { ...ROOTED, index: 1 }, [wait("y")]))).toBeUndefined();
});

it("whoever did nothing gets what the other did", () => {
  fc.assert(
    fc.property(documents, documents, (base, other) => {
      expect(merged(base, base, other)).toEqual(other);
      expect(merged(base, other, base)).toEqual(other);
      expect(merged(base, other, structuredClone(other))).toEqual(other);
    }),
  );
});

it("a document comes back from YAML as it was", () => {
  fc.assert(
    fc.property(documents, (document) => {
      expect(read(write(document))).toEqual({ document });
      const steps = stepsOf(document);
      expect(readSteps(writeSteps(steps))).toEqual(steps);
      expect(readSteps(JSON.stringify(steps))).toEqual(steps);
    }),
  );
});

const twice = (id: string) => `journey: x\nstart: {segment: a}\nsteps:\n  - {id: a, kind: wait, for: 1 day}
  - {id: b, kind: wait_for, within: 1 day, no: [{id: ${id}, kind: exit}]}`;

it("no id is there twice", () => {
  expect(read(twice("c"))).toHaveProperty("document");
  expect(read(twice("a"))).toEqual({ faults: [{ line: 5, said: "twice", isShape: true }] });
  expect(read(twice("start"))).toMatchObject({ faults: [{ line: 5, said: "twice" }] });
});

it("times, and names that look like truths, stay texts", () => {
  const until: Step = { id: "until", kind: "wait_until", at: "2026-12-05T09:00" };
  const document = { ...BASE, journey: "yes", steps: [until, wait("on")] };
  expect(read(write(document))).toEqual({ document });
});

it("faults are told with their line", () => {
  expect(read("journey: x\nstart: {segment: a\n")).toMatchObject({ faults: [{ isShape: false }] });
  expect(
    read("journey: x\nstart: {segment: a}\nsteps:\n  - {id: a, kind: wait, for: 1 day}\n  - {kind: wait}"),
  ).toEqual({
    faults: [{ line: 5, said: "id", isShape: true }],
  });
  expect(read("journey: x\nstart: {segment: a}\nsteps:\n  - {id: a, kind: fax}")).toMatchObject({
    faults: [{ line: 4, said: "kind" }],
  });
  expect(read("journey: x\nstart: {segment: a}\nsteps:\n  - {id: a, kind: wait}")).toMatchObject({
    faults: [{ line: 4, said: "field", field: "for" }],
  });
  expect(read("journey: x\nstart: {trigger: a}")).toMatchObject({ faults: [{ line: 2, said: "start" }] });
});
