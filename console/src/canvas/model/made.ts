/** Documents for tests, made by chance: every kind of step, nested. */
import fc from "fast-check";
import { branchesOf, type JourneyDocument, type Step, withBranch } from "./document";

const { steps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => ({
  steps: fc.array(tie("step"), { maxLength: 4 }),
  step: fc.oneof(
    { depthSize: "small" },
    fc.constant<Step>({ id: "email", kind: "email", content: "news", to: "email" }),
    fc.constant<Step>({ id: "wait", kind: "wait", for: "1 day" }),
    fc.constant<Step>({ id: "exit", kind: "exit" }),
    fc.record({ yes: tie("steps"), no: tie("steps") }).map(
      (inside): Step => ({
        id: "if",
        kind: "if",
        of: "email",
        event: "opened",
        within: "1 day",
        ...inside,
      }),
    ),
    fc.record({ first: tie("steps"), second: tie("steps"), no: tie("steps") }).map(
      ({ first, second, no }): Step => ({
        id: "if",
        kind: "if",
        of: "email",
        within: "1 day",
        cases: [
          { outcome: "opened", event: "opened", then: first },
          { outcome: "clicked", event: "link_clicked", then: second },
        ],
        no,
      }),
    ),
    fc.record({ first: tie("steps"), other: tie("steps") }).map(
      ({ first, other }): Step => ({
        id: "branch",
        kind: "branch",
        cases: [{ outcome: "ann", when: { attribute: "first_name", test: "is", value: "Ann" }, then: first }],
        other,
      }),
    ),
    fc.record({ a: tie("steps"), b: tie("steps") }).map(
      ({ a, b }): Step => ({
        id: "ab_test",
        kind: "ab_test",
        share: 20,
        a,
        b,
        metric: { goal: "bought" },
        end: { after: "1 day" },
        default: "a",
      }),
    ),
  ),
}));

/** The same steps, each with an id of its own. */
function numbered(made: Step[], next: () => number): Step[] {
  return made.map((step) =>
    branchesOf(step).reduce<Step>(
      (named, { outcome, steps: inside }) => withBranch(named, outcome, numbered(inside, next)),
      { ...step, id: `${step.kind}-${next()}` },
    ),
  );
}

/** A document whose ids are unique. */
export const documents = steps.map((made): JourneyDocument => {
  let count = 0;
  return { journey: "Launch", start: { segment: "everybody" }, steps: numbered(made, () => (count += 1)) };
});
