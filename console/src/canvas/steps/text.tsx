/** Send a text message. */
import { IconMessage2 } from "@tabler/icons-react";
import type { StepKind } from "./kind";
import { freshMessage, MessagePanel } from "./MessagePanel";

export const textMessage: StepKind<"text"> = {
  group: "messages",
  icon: IconMessage2,
  colour: "teal",
  fresh: (around) => freshMessage("text", around),
  summary: ({ content }, text) => content || text("steps.choose_text"),
  Panel: MessagePanel,
};
