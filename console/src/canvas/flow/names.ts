/** What a screen reader says of the things on the canvas. */
import type { Text } from "~/kit/text";
import { findStep, type JourneyDocument, listAt, type Place } from "../model/document";
import type { Elapsed } from "../model/elapsed";
import { outcomeName } from "../steps/kind";
import { shownElapsed } from "../words";

/** What adding a step there, or moving one there, is called. */
export function nameOfPlace(
  document: JourneyDocument,
  place: Place,
  text: Text,
  deed: "add" | "move" = "add",
): string {
  const before = listAt(document, place)[place.index - 1];
  if (before) return text(`canvas.${deed}After`, { id: before.id });
  const parent = place.parent === null ? undefined : findStep(document, place.parent);
  if (!parent) return text(`canvas.${deed}First`);
  return text(`canvas.${deed}In`, { outcome: outcomeName(parent, place.outcome, text), id: parent.id });
}

/** What is seen beside a tile: when somebody comes there, and how much is wrong. */
export function saidOf(when: Elapsed | undefined, problems: number, text: Text): string {
  const said = [
    when && shownElapsed(when, text),
    problems > 0 && text("canvas.checked", { count: problems }),
  ];
  return said.filter(Boolean).join(". ");
}
