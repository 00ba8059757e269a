/** Outcomes that the document names: adding, taking away, ordering and renaming them, with the steps behind them. */
import type { Step, StepOf } from "./document";

export type Case = NonNullable<StepOf<"if">["cases"]>[number];
export type Interaction = Case["event"];

/** A text in the form of an id: small letters, digits, hyphens; empty when nothing of it can be kept. */
export function asId(text: string): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const joined = plain.replace(/[^a-z0-9_]+/g, "-").replace(/^[^a-z]+/, "");
  return joined.slice(0, 64).replace(/-+$/, "");
}

/** What an if step waits for, in order; one alone is written without a list. */
export function awaitedBy(step: StepOf<"if">): Case[] {
  if (step.cases?.length) return step.cases;
  const { event, link, yes } = step;
  return [{ outcome: "yes", event: event ?? "delivered", ...(link ? { link } : {}), then: yes ?? [] }];
}

/** The same step waiting for these. */
export function awaiting(step: StepOf<"if">, cases: readonly Case[]): StepOf<"if"> {
  const { event: _event, link: _link, yes: _yes, cases: _cases, ...kept } = step;
  const [only] = cases;
  if (cases.length > 1 || !only) return { ...kept, cases: [...cases] };
  const { event, link, then } = only;
  return { ...kept, event, ...(link ? { link } : {}), yes: then ?? [] };
}

/** One of a list at another place. */
export function reordered<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  return list.toSpliced(from, 1).toSpliced(to, 0, item);
}

/** A name that none of these has. */
export function freshName(taken: readonly string[], wanted: string): string {
  if (!taken.includes(wanted)) return wanted;
  for (let number = 2; ; number += 1)
    if (!taken.includes(`${wanted}-${number}`)) return `${wanted}-${number}`;
}

/** Percentages that make a hundred, with one decimal at most. */
export function evenly(count: number): number[] {
  const each = Math.floor(1000 / count) / 10;
  return Array.from({ length: count }, (_, index) =>
    index === 0 ? Math.round((100 - each * (count - 1)) * 10) / 10 : each,
  );
}

export function sumOf(percentages: readonly number[]): number {
  return Math.round(percentages.reduce((sum, one) => sum + one, 0) * 10) / 10;
}

const OF: Record<"email" | "text" | "push", readonly Interaction[]> = {
  email: ["opened", "link_clicked", "delivered", "replied", "bounced", "complained", "unsubscribed"],
  text: ["delivered", "replied", "unsubscribed"],
  push: ["opened", "delivered"],
};

export function isMessage(step: Step | undefined): step is StepOf<"email" | "text" | "push"> {
  return step?.kind === "email" || step?.kind === "text" || step?.kind === "push";
}

/** What can be done with a message; everything while it is not known which one it is. */
export function interactionsOf(step: Step | undefined): readonly Interaction[] {
  return isMessage(step) ? OF[step.kind] : OF.email;
}
