/** Whether something that was written elsewhere (YAML, the clipboard) can be shown as steps; the server judges the rest. */
import { branchesOf, type JourneyDocument, type Kind, type Step } from "./document";

/** Where it is not, as a path of keys. */
export interface Misshapen {
  path: (string | number)[];
  problem: "document" | "start" | "steps" | "step" | "id" | "twice" | "kind" | "cases" | "field";
  /** The field that is missing or of another type. */
  field?: string;
}

/** What cannot be shown without: fields that are texts, and others with what they are. */
const TEXTS: Record<Kind, string[]> = {
  email: ["content", "to"],
  text: ["content", "to"],
  push: ["content", "to"],
  if: ["of", "within"],
  wait: ["for"],
  wait_until: [],
  wait_for: ["within"],
  branch: [],
  split: [],
  ab_test: ["default"],
  set: ["attribute"],
  raise: ["trigger"],
  webhook: ["url"],
  goal: ["name"],
  exit: [],
};

const LISTS: Partial<Record<Kind, string[]>> = {
  if: ["yes", "no"],
  wait_for: ["yes", "no"],
  branch: ["other"],
  ab_test: ["a", "b"],
};
const CASES: Partial<Record<Kind, string>> = { if: "cases", branch: "cases", split: "parts" };

export function misshapenDocument(given: unknown): Misshapen | undefined {
  if (!isRecord(given) || typeof given.journey !== "string") return { path: [], problem: "document" };
  if (misshapenStart(given.start)) return { path: ["start"], problem: "start" };
  return misshapenSteps(given.steps ?? [], ["steps"], new Set(["start"]));
}

/** `seen` are the ids above, which a step's own must not be one of. */
function misshapenSteps(given: unknown, path: (string | number)[], seen: Set<string>): Misshapen | undefined {
  if (!Array.isArray(given)) return { path, problem: "steps" };
  for (const [index, step] of given.entries()) {
    const wrong = misshapenStep(step, [...path, index], seen);
    if (wrong) return wrong;
  }
  return undefined;
}

function misshapenStep(step: unknown, path: (string | number)[], seen: Set<string>): Misshapen | undefined {
  if (!isRecord(step)) return { path, problem: "step" };
  if (typeof step.id !== "string") return { path, problem: "id" };
  if (seen.has(step.id)) return { path, problem: "twice" };
  seen.add(step.id);
  if (typeof step.kind !== "string" || !(step.kind in TEXTS)) return { path, problem: "kind" };
  const kind = step.kind as Kind;
  const missing = missingField(step, kind);
  if (missing) return { path, problem: "field", field: missing };
  for (const list of LISTS[kind] ?? []) {
    const wrong = misshapenSteps(step[list] ?? [], [...path, list], seen);
    if (wrong) return wrong;
  }
  const cases = CASES[kind];
  if (!cases) return undefined;
  const given = step[cases] ?? [];
  if (!Array.isArray(given) || (kind !== "if" && given.length === 0))
    return { path: [...path, cases], problem: "cases" };
  return misshapenCases(given, [...path, cases], seen);
}

function missingField(step: Record<string, unknown>, kind: Kind): string | undefined {
  const text = TEXTS[kind].find((name) => typeof step[name] !== "string");
  if (text) return text;
  if (kind === "wait_until") {
    const { at, attribute, time } = step;
    if (isRecord(time))
      return typeof time.from === "string" && typeof time.to === "string" ? undefined : "time";
    return typeof (at ?? attribute) === "string" ? undefined : "at";
  }
  if (kind !== "ab_test") return undefined;
  if (!isRecord(step.metric)) return "metric";
  return typeof step.end === "string" || isRecord(step.end) ? undefined : "end";
}

function misshapenStart(start: unknown): boolean {
  if (!isRecord(start)) return true;
  if ("trigger" in start) return typeof start.trigger !== "string" || typeof start.audience !== "string";
  const { segment } = start;
  return ![segment].flat().every((name) => typeof name === "string");
}

function misshapenCases(
  given: unknown[],
  path: (string | number)[],
  seen: Set<string>,
): Misshapen | undefined {
  for (const [index, one] of given.entries()) {
    if (!isRecord(one) || typeof one.outcome !== "string")
      return { path: [...path, index], problem: "cases" };
    const wrong = misshapenSteps(one.then ?? [], [...path, index, "then"], seen);
    if (wrong) return wrong;
  }
  return undefined;
}

function isRecord(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

/** The document, once nothing is misshapen. */
export function asDocument(given: unknown): JourneyDocument {
  return given as JourneyDocument;
}

/** The steps of a text from the clipboard; none when it holds anything else. */
export function asSteps(given: unknown): Step[] {
  const steps = isRecord(given) && "steps" in given ? given.steps : Array.isArray(given) ? given : [given];
  if (misshapenSteps(steps, [], new Set())) return [];
  return steps as Step[];
}

/** How many steps, those in branches included. */
export function countSteps(steps: readonly Step[]): number {
  return steps.reduce(
    (sum, step) =>
      sum + 1 + branchesOf(step).reduce((inside, { steps: list }) => inside + countSteps(list), 0),
    0,
  );
}
