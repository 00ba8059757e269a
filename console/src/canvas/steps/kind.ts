/** What the editor has to know of a kind of step: one file each, and one line in `registry.ts`. */
import type { TablerIcon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Schemas } from "~/api/client";
import type { Text } from "~/kit/text";
import type { JourneyDocument, Kind, Place, Step, StepOf } from "../model/document";

export const GROUPS = ["messages", "waits", "branches", "actions"] as const;
export type Group = (typeof GROUPS)[number];

/** What a new step begins from. */
export interface Around {
  document: JourneyDocument;
  place: Place;
  audience: Schemas["AudienceAnswer"] | undefined;
  /** The journey's wall clock now, such as `2026-12-05T09:00`. */
  now: string;
  /** An id that is not taken, for a kind or another name. */
  id(wanted: string): string;
}

export interface PanelProps<K extends Kind> {
  step: StepOf<K>;
  /** Changes of one `field` that follow each other are one step back. */
  change(to: StepOf<K>, field?: string): void;
}

export interface StepKind<K extends Kind = Kind> {
  group: Group;
  icon: TablerIcon;
  colour: string;
  fresh(around: Around): StepOf<K>;
  /** One line for the tile. */
  summary(step: StepOf<K>, text: Text): string;
  Panel: ComponentType<PanelProps<K>>;
}

/** What steps of the same kind are called in the catalogue. */
export type KindLabel = `steps.${Kind}`;

export function labelOf(kind: Kind): KindLabel {
  return `steps.${kind}`;
}

/** The name of an outcome on the canvas: Yes and No and the like in words, others as the document names them. */
export function outcomeName(step: Step | undefined, outcome: string, text: Text): string {
  if (step?.kind === "split") {
    const part = step.parts.find((one) => one.outcome === outcome);
    return part ? text("steps.part", { name: outcome, percent: part.percent }) : outcome;
  }
  if (step?.kind === "ab_test") return text(outcome === "a" ? "steps.versionA" : "steps.versionB");
  if (outcome === "yes") return text("steps.yes");
  if (outcome === "no") return text("steps.no");
  return outcome === "other" ? text("steps.other") : outcome;
}
