/** Send a push message. */
import { IconBell } from "@tabler/icons-react";
import type { StepKind } from "./kind";
import { freshMessage, MessagePanel } from "./MessagePanel";

export const push: StepKind<"push"> = {
  group: "messages",
  icon: IconBell,
  colour: "grape",
  fresh: (around) => freshMessage("push", around),
  summary: ({ content }, text) => content || text("steps.choose_push"),
  Panel: MessagePanel,
};
