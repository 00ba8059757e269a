/**
 * A journey's document as the canvas sees it: nested lists of steps, one for each outcome that the document can fill.
 * The only place that knows where a kind of step keeps its lists.
 */
import type { Schemas } from "~/api/client";

/** The id under which the start is known; no step can be called so. */
export const START = "start";

export type JourneyDocument = Schemas["JourneyDocument"];
export type Step = NonNullable<JourneyDocument["steps"]>[number];
export type Kind = Step["kind"];
export type StepOf<K extends Kind> = Extract<Step, { kind: K }>;

/** The steps that one outcome leads to. */
export interface Branch {
  outcome: string;
  steps: Step[];
}

/** A place in a document: before the step at `index` of a list, which is the journey's own when `parent` is null. */
export interface Place {
  parent: string | null;
  outcome: string;
  index: number;
}

export const ROOT = "";

/** The branches of a step from left to right; Yes is left, and what is left over (No, Other) is right. */
export function branchesOf(step: Step): Branch[] {
  switch (step.kind) {
    case "if":
      return [...yesOrCases(step), { outcome: "no", steps: step.no ?? [] }];
    case "wait_for":
      return [
        { outcome: "yes", steps: step.yes ?? [] },
        { outcome: "no", steps: step.no ?? [] },
      ];
    case "branch":
      return [...step.cases.map(caseBranch), { outcome: "other", steps: step.other ?? [] }];
    case "split":
      return step.parts.map(caseBranch);
    case "ab_test":
      return [
        { outcome: "a", steps: step.a ?? [] },
        { outcome: "b", steps: step.b ?? [] },
      ];
    default:
      return [];
  }
}

function yesOrCases(step: StepOf<"if">): Branch[] {
  return step.cases?.length ? step.cases.map(caseBranch) : [{ outcome: "yes", steps: step.yes ?? [] }];
}

function caseBranch(one: { outcome: string; then?: Step[] }): Branch {
  return { outcome: one.outcome, steps: one.then ?? [] };
}

/** The same step with other steps behind one of its outcomes. */
export function withBranch(step: Step, outcome: string, steps: Step[]): Step {
  const filled = <T extends { outcome: string }>(cases: T[]) =>
    cases.map((one) => (one.outcome === outcome ? { ...one, then: steps } : one));
  switch (step.kind) {
    case "if":
      if (outcome === "no") return { ...step, no: steps };
      return step.cases?.length ? { ...step, cases: filled(step.cases) } : { ...step, yes: steps };
    case "wait_for":
      return outcome === "no" ? { ...step, no: steps } : { ...step, yes: steps };
    case "branch":
      return outcome === "other" ? { ...step, other: steps } : { ...step, cases: filled(step.cases) };
    case "split":
      return { ...step, parts: filled(step.parts) };
    case "ab_test":
      return outcome === "a" ? { ...step, a: steps } : { ...step, b: steps };
    default:
      return step;
  }
}

/** Whether nobody goes on from here: what stood after it would never be reached. */
export function endsHere(step: Step): boolean {
  return step.kind === "exit";
}

/** Every step of a list, those in branches included, in reading order. */
export function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [step, ...branchesOf(step).flatMap((branch) => allSteps(branch.steps))]);
}

export function stepsOf(document: JourneyDocument): Step[] {
  return document.steps ?? [];
}

export function findStep(document: JourneyDocument, id: string): Step | undefined {
  return allSteps(stepsOf(document)).find((step) => step.id === id);
}

/** Where a step stands. */
export function placeOf(document: JourneyDocument, id: string): Place | undefined {
  const search = (steps: readonly Step[], parent: string | null, outcome: string): Place | undefined => {
    for (const [index, step] of steps.entries()) {
      if (step.id === id) return { parent, outcome, index };
      for (const branch of branchesOf(step)) {
        const found = search(branch.steps, step.id, branch.outcome);
        if (found) return found;
      }
    }
    return undefined;
  };
  return search(stepsOf(document), null, ROOT);
}

/** The list that a place is in. */
export function listAt(document: JourneyDocument, place: Place): Step[] {
  if (place.parent === null) return stepsOf(document);
  const parent = findStep(document, place.parent);
  return (parent && branchesOf(parent).find((one) => one.outcome === place.outcome)?.steps) ?? [];
}

/** The steps that everybody who comes to a place has passed, the first one first. */
export function passedBefore(document: JourneyDocument, place: Place): Step[] {
  const here = listAt(document, place).slice(0, place.index);
  if (place.parent === null) return here;
  const above = placeOf(document, place.parent);
  const parent = findStep(document, place.parent);
  return above && parent ? [...passedBefore(document, above), parent, ...here] : here;
}
