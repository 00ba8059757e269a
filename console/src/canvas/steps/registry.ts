/** All kinds of steps: a new one is a file and a line here. */
import type { Text } from "~/kit/text";
import type { Kind, Step } from "../model/document";
import { ab_test } from "./ab_test";
import { branch } from "./branch";
import { email } from "./email";
import { exit } from "./exit";
import { goal } from "./goal";
import { ifThen } from "./if";
import type { StepKind } from "./kind";
import { push } from "./push";
import { raise } from "./raise";
import { set } from "./set";
import { split } from "./split";
import { textMessage } from "./text";
import { wait } from "./wait";
import { wait_for } from "./wait_for";
import { wait_until } from "./wait_until";
import { webhook } from "./webhook";

export const KINDS: { readonly [K in Kind]: StepKind<K> } = {
  email,
  text: textMessage,
  push,
  wait,
  wait_until,
  wait_for,
  if: ifThen,
  branch,
  split,
  ab_test,
  set,
  raise,
  webhook,
  goal,
  exit,
};

/** A kind as one that takes any step: whoever calls gives it its own. */
export function kindOf(kind: Kind): StepKind {
  return KINDS[kind] as unknown as StepKind;
}

export function summaryOf(step: Step, words: Text): string {
  return kindOf(step.kind).summary(step, words);
}
