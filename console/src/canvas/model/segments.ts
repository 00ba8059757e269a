/** The segments that a journey, or a condition, names. */
import { findStep, type JourneyDocument, START } from "./document";

const NAMING = new Set(["segment", "exclude", "member_of", "not_member_of"]);

/** Those of one step, without those of the steps in its branches; or of the start, which stands for the exits too. */
export function segmentsAt(document: JourneyDocument, step: string): string[] {
  const { start, exits } = document;
  return segmentsIn(step === START ? { start, exits } : { ...findStep(document, step), kind: undefined });
}

/** Those of a part of a document, such as a condition. */
export function segmentsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(segmentsIn);
  if (typeof part !== "object" || part === null || ("kind" in part && part.kind)) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    NAMING.has(key)
      ? [value].flat().filter((name) => typeof name === "string" && name !== "")
      : segmentsIn(value),
  );
}
