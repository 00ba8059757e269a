/** The journey ends here. */
import { Text } from "@mantine/core";
import { IconDoorExit } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import type { StepKind } from "./kind";

function Panel() {
  const text = useText();
  return <Text size="sm">{text("steps.exitExplained")}</Text>;
}

export const exit: StepKind<"exit"> = {
  group: "actions",
  icon: IconDoorExit,
  colour: "red",
  fresh: ({ id }) => ({ id: id("exit"), kind: "exit" }),
  summary: (_, text) => text("steps.exitSummary"),
  Panel,
};
