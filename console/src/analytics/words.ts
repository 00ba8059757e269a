/** Outcomes, reasons and numbers in words. */
import type { Schemas } from "~/api/client";
import type { MessageId } from "~/app/english";
import { branchesOf, findStep, type JourneyDocument, START } from "~/canvas/model/document";
import { outcomeName } from "~/canvas/steps/kind";
import type { Text, Values } from "~/kit/text";
import { wayEnglish } from "./way.english";
import type { NumberOf } from "./where";

const OUTCOMES: Record<string, MessageId> = {
  done: "way.done",
  sent: "way.sentWord",
  blocked: "way.blockedWord",
  failed: "way.failedWord",
  entered: "way.enteredWord",
};

/** An outcome of a step, as it stands on the canvas. */
export function outcomeWord(document: JourneyDocument, step: string, outcome: string, text: Text): string {
  const known = OUTCOMES[outcome];
  const found = findStep(document, step);
  const named = outcomeName(found, outcome, text);
  return known && named === outcome ? text(known) : named;
}

/** What a step let go by outcome, in the order of the canvas; what it has no branches for, the most first. */
export function outcomesOf(
  document: JourneyDocument,
  step: string,
  left: Readonly<Record<string, number>>,
): [string, number][] {
  const found = findStep(document, step);
  const order = found ? branchesOf(found).map((branch) => branch.outcome) : [];
  return Object.entries(left).toSorted(
    ([one, few], [other, more]) => order.indexOf(one) - order.indexOf(other) || more - few,
  );
}

/** Why somebody exited, or a message was not sent. */
export function reasonWord(reason: string, text: Text): string {
  const id = `reason.${reason}`;
  return id in wayEnglish ? text(id as MessageId) : reason.replaceAll("_", " ");
}

/** What a number is called, with its step. */
export function numberWord(number: NumberOf, document: JourneyDocument, text: Text): string {
  const { step } = number;
  const what = whatWord(number, document, text);
  if (step === undefined) return number.flow ? what : text("analytics.listAll");
  return text("analytics.listAt", { number: what, step: step === START ? text("canvas.start") : step });
}

function whatWord(
  { step, flow, outcome, reason, link, automated, tested }: NumberOf,
  document: JourneyDocument,
  text: Text,
) {
  const parts = [flowWord(step, flow, automated, text)];
  if (outcome) {
    const isReason = flow === "exited";
    parts.push(isReason ? reasonWord(outcome, text) : outcomeWord(document, step ?? "", outcome, text));
  }
  if (reason) parts.push(reasonWord(reason, text));
  if (link) parts.push(link);
  if (tested !== undefined) parts.push(text(tested ? "abTest.tested" : "abTest.gotWinner"));
  return parts.join(": ");
}

function flowWord(
  step: string | undefined,
  flow: NumberOf["flow"],
  automated: boolean | undefined,
  text: Text,
) {
  if (automated) return text(flow === "opened" ? "analytics.machineOpens" : "analytics.machines");
  if (step === undefined) {
    if (flow === "here") return text("analytics.inside");
    if (flow === "left") return text("analytics.completed");
    if (flow === "exited") return text("analytics.exitedEarly");
  }
  if (flow === "reached") return text("reason.goal_reached");
  if (step === START) return text(START_WORDS[flow ?? "entered"] ?? "analytics.considered");
  return text(`analytics.${flow ?? "entered"}`);
}

/** The four numbers of the start are called otherwise: whoever exits there never entered. */
export const START_WORDS: Record<string, MessageId> = {
  entered: "analytics.considered",
  here: "analytics.waiting",
  left: "analytics.letIn",
  exited: "analytics.kept",
};

/** The versions of an A/B test. */
export const TESTED = ["a", "b"] as const;

export function versionWord(version: (typeof TESTED)[number], text: Text): string {
  return text(version === "a" ? "steps.versionA" : "steps.versionB");
}

/** What an A/B test compares, as its strings are called. */
export function metricOf({ event, link }: Schemas["Metric"]): "goal" | "link" | "opened" | "link_clicked" {
  return event ? (link ? "link" : event) : "goal";
}

export function metricValues({ link, goal }: Schemas["Metric"]): Values {
  return { link, goal };
}
