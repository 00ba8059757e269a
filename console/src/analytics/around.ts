/** What every part of the page stands in: the live numbers, and the way that is shown on the canvas. */
import { createContext, useContext } from "react";
import type { Numbers } from "./live";
import { type ByStep, byStep, type StepNumbers, sumsOf } from "./model/flow";
import type { ShownWay } from "./model/replay";

export interface Shown {
  steps: ByStep;
  /** Who came in: nobody is on a connector who is not among them. */
  most: number;
  completed: number;
}

export const NOTHING: Shown = { steps: new Map(), most: 0, completed: 0 };
export const NumbersContext = createContext<Shown>(NOTHING);

export function shownOf(numbers: Numbers | undefined): Shown {
  if (!numbers) return NOTHING;
  const { entered, completed } = sumsOf(numbers.steps);
  return { steps: byStep(numbers.steps), most: entered, completed };
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

export const WayContext = createContext<ShownWay | null>(null);

export function useShownWay(): ShownWay | null {
  return useContext(WayContext);
}
