/** What is found out about each step beside the document: its earliest time, and its problems. */
import { createContext, useContext } from "react";
import type { FoundProblem } from "~/api/client";
import { START } from "./model/document";
import type { Elapsed } from "./model/elapsed";

export type Level = "error" | "warning";

export interface Mark extends FoundProblem {
  level: Level;
  /** The step that it is at, or the start. */
  step: string;
}

export interface Marks {
  elapsed: ReadonlyMap<string, Elapsed>;
  problems: ReadonlyMap<string, Mark[]>;
  all: readonly Mark[];
  /** Whether they are of the document as it was saved last. */
  isChecked: boolean;
}

export const NO_MARKS: Marks = { elapsed: new Map(), problems: new Map(), all: [], isChecked: false };
export const MarksContext = createContext<Marks>(NO_MARKS);

export function useMarks(): Marks {
  return useContext(MarksContext);
}

/** `where` begins with the step's id; whatever is at no step, such as an exit of the whole journey, is at the start. */
export function markOf(problem: FoundProblem, level: Level, steps: ReadonlySet<string>): Mark {
  const [head = START] = problem.where.split("/");
  return { ...problem, level, step: steps.has(head) ? head : START };
}

export function byStep(marks: readonly Mark[]): Map<string, Mark[]> {
  const found = new Map<string, Mark[]>();
  for (const mark of marks) found.set(mark.step, [...(found.get(mark.step) ?? []), mark]);
  return found;
}

/** The worse of what is at a step. */
export function levelOf(marks: readonly Mark[]): Level | undefined {
  return marks.find((mark) => mark.level === "error")?.level ?? marks[0]?.level;
}
