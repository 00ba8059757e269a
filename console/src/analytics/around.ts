/** What every part of the page stands in: the live numbers, and the way that is shown on the canvas. */
import { createContext, useContext } from "react";
import type { Numbers } from "./live";
import { type ByStep, byStep, type StepNumbers, sumsOf } from "./model/flow";
import type { ShownWay } from "./model/replay";
import type { Replaying } from "./useReplay";

export interface Shown {
  steps: ByStep;
  /** Whether there are people behind the numbers; behind those of a rehearsal there is nobody. */
  hasPeople: boolean;
  /** Who came in: nobody is on a connector who is not among them. */
  most: number;
  completed: number;
}

export const NOTHING: Shown = { steps: new Map(), hasPeople: true, most: 0, completed: 0 };
export const NumbersContext = createContext<Shown>(NOTHING);

export function shownOf(numbers: Pick<Numbers, "steps"> | undefined, hasPeople = true): Shown {
  if (!numbers) return NOTHING;
  const { entered, completed } = sumsOf(numbers.steps);
  return { steps: byStep(numbers.steps), hasPeople, most: entered, completed };
}

export function useNumbers(): Shown {
  return useContext(NumbersContext);
}

const EMPTY: Omit<StepNumbers, "step" | "kind"> = {
  entered: 0,
  here: 0,
  left: {},
  exited: {},
  message: null,
};

/** Of a step that nobody has come to yet, too. */
export function useStepNumbers(step: string): StepNumbers {
  return useNumbers().steps.get(step) ?? { step, kind: "", ...EMPTY };
}

/** The way that is being shown, and what can be done with it. */
export const WayContext = createContext<Replaying | null>(null);

export function useShownWay(): ShownWay | null {
  return useContext(WayContext)?.shown ?? null;
}

/** Leads the replay to the visit of a step. */
export function useVisiting(): (step: string) => boolean {
  const replaying = useContext(WayContext);
  return (step) => {
    const index = replaying?.way?.visits.findIndex((visit) => visit.step === step) ?? -1;
    if (index >= 0) replaying?.act(index);
    return index >= 0;
  };
}
