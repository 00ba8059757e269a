/**
 * How many people took each connector of the canvas, and how wide it is drawn. What a step let go is counted by the
 * server; behind branches it is what all their ends let go together.
 */
import type { Schemas } from "~/api/client";
import {
  branchesOf,
  findStep,
  type JourneyDocument,
  listAt,
  type Place,
  type Step,
} from "~/canvas/model/document";
import type { LaidOut } from "~/canvas/model/layout";

export type StepNumbers = Schemas["StepNumbers"];
export type ByStep = ReadonlyMap<string, StepNumbers>;

export function byStep(steps: readonly StepNumbers[]): ByStep {
  return new Map(steps.map((step) => [step.step, step]));
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}

/** The whole journey in five numbers: whoever is not inside and did not exit came to the end. */
export function sumsOf(steps: readonly StepNumbers[]) {
  const start = steps.find((step) => step.step === "start");
  const exited = steps.reduce((sum, step) => sum + total(step.exited), 0);
  const inside = steps.reduce((sum, step) => sum + step.here, 0);
  const considered = start?.entered ?? 0;
  const entered = total(start?.left ?? {});
  return { considered, entered, inside, completed: considered - inside - exited, exited };
}

/** How many people went on from a step, behind its branches if it has some. */
function out(step: Step, numbers: ByStep): number {
  const left = numbers.get(step.id)?.left ?? {};
  const branches = branchesOf(step);
  if (branches.length === 0) return step.kind === "exit" ? 0 : total(left);
  return branches.reduce((sum, { outcome, steps }) => {
    const last = steps.at(-1);
    return sum + (last ? out(last, numbers) : (left[outcome] ?? 0));
  }, 0);
}

/** How many came to a place between two steps. */
function cameTo(document: JourneyDocument, place: Place, numbers: ByStep): number {
  const before = listAt(document, place)[place.index - 1];
  if (before) return out(before, numbers);
  const from = numbers.get(place.parent ?? "start")?.left ?? {};
  return place.parent === null ? total(from) : (from[place.outcome] ?? 0);
}

/** How many people went from one thing on the canvas to the next. */
export function carried(document: JourneyDocument, from: LaidOut, to: LaidOut, numbers: ByStep): number {
  if (to.kind === "outcome") return numbers.get(to.of ?? "")?.left[to.outcome ?? ""] ?? 0;
  if (from.kind === "outcome") return numbers.get(from.of ?? "")?.left[from.outcome ?? ""] ?? 0;
  if (from.kind === "start") return total(numbers.get("start")?.left ?? {});
  if (from.kind === "plus") return from.place ? cameTo(document, from.place, numbers) : 0;
  const step = findStep(document, from.kind === "merge" ? from.id.replace("merge:", "") : from.id);
  return step ? out(step, numbers) : 0;
}

const WIDEST = 22;
/** So that a connector is seen that nobody, or hardly anybody, took. */
const NARROWEST = 1.5;

/** In pixels, in proportion to the people; `most` took the widest. */
export function widthOf(people: number, most: number): number {
  return most > 0 ? Math.max(NARROWEST, (WIDEST * people) / most) : NARROWEST;
}
