/**
 * Steps on the clipboard, as the YAML that a journey is written in, so that they can go to another journey, a mail or a
 * file. A browser gives the clipboard to a page only when the keys are pressed; the menu remembers what was copied here.
 */
import type { Step } from "./model/document";
import { readSteps, writeSteps } from "./model/writing";

const KEPT = "sojourn.copied";

export function remember(steps: readonly Step[]): string {
  const text = writeSteps(steps);
  try {
    sessionStorage.setItem(KEPT, text);
  } catch {
    // private windows may refuse: the clipboard itself still has it
  }
  return text;
}

/** What was copied last: from the clipboard if the browser lets us, or else in this window. */
export async function recall(): Promise<Step[]> {
  const told = await navigator.clipboard?.readText().catch(() => "");
  const steps = told ? readSteps(told) : [];
  return steps.length ? steps : readSteps(sessionStorage.getItem(KEPT) ?? "");
}

/** Puts a text on the clipboard; in windows without https by the old command, which asks the page for it. */
export async function put(text: string): Promise<void> {
  if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => undefined);
}
