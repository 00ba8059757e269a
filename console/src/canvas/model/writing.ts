/** A document as YAML and back: the same words as in git. Comments are not kept. */
import { LineCounter, parseDocument, stringify } from "yaml";
import type { JourneyDocument, Step } from "./document";
import { asDocument, asSteps, type Misshapen, misshapenDocument } from "./shape";

export interface Fault {
  line: number;
  /** What the YAML reader said, or what is missing there. */
  said: string | Misshapen["problem"];
  field?: string | undefined;
  isShape: boolean;
}

export type Reading = { document: JourneyDocument } | { faults: Fault[] };

export function write(document: JourneyDocument): string {
  return stringify(document, WRITTEN);
}

export function writeSteps(steps: readonly Step[]): string {
  return stringify({ steps }, WRITTEN);
}

/** YAML 1.1 readers take yes, on and times for something else; the server does not, and neither do we. */
const WRITTEN = { version: "1.2", lineWidth: 120, aliasDuplicateObjects: false } as const;

export function read(text: string): Reading {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, version: "1.2", prettyErrors: false });
  if (parsed.errors.length > 0)
    return {
      faults: parsed.errors.map((error) => ({
        line: lines.linePos(error.pos[0]).line,
        said: error.message,
        isShape: false,
      })),
    };
  const given: unknown = parsed.toJS();
  const wrong = misshapenDocument(given);
  if (wrong)
    return {
      faults: [{ line: lineOf(text, wrong.path), said: wrong.problem, field: wrong.field, isShape: true }],
    };
  return { document: asDocument(given) };
}

/** The line on which the value at a path begins, or else what it would stand in. */
export function lineOf(text: string, path: readonly (string | number)[]): number {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, version: "1.2" });
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length ? parsed.getIn(path.slice(0, length), true) : parsed.contents;
    const range =
      node && typeof node === "object" && "range" in node ? (node.range as number[] | null) : null;
    if (range) return lines.linePos(range[0] ?? 0).line;
  }
  return 1;
}

/** The parts of a JSON pointer (RFC 6901). */
export function pathOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The steps of a text that was copied, in YAML or JSON; none when it is anything else. */
export function readSteps(text: string): Step[] {
  const parsed = parseDocument(text, { version: "1.2" });
  return parsed.errors.length ? [] : asSteps(parsed.toJS());
}
