/** Send an email. */
import { IconMail } from "@tabler/icons-react";
import type { StepKind } from "./kind";
import { freshMessage, MessagePanel } from "./MessagePanel";

export const email: StepKind<"email"> = {
  group: "messages",
  icon: IconMail,
  colour: "cyan",
  fresh: (around) => freshMessage("email", around),
  summary: ({ content }, text) => content || text("steps.choose_email"),
  Panel: MessagePanel,
};
