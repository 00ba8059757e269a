/** The segments that a journey names. */
import { findStep, type JourneyDocument, START } from "./document";

const NAMING = new Set(["segment", "exclude", "member_of", "not_member_of"]);

/** Those of one step, without those of the steps in its branches; or of the start, which stands for the exits too. */
export function segmentsAt(document: JourneyDocument, step: string): string[] {
  const { start, exits } = document;
  return named(step === START ? { start, exits } : { ...findStep(document, step), kind: undefined });
}

function named(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(named);
  if (typeof part !== "object" || part === null || ("kind" in part && part.kind)) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    NAMING.has(key) ? [value].flat().filter((name) => typeof name === "string" && name !== "") : named(value),
  );
}
