/** Counts those who come here as having reached a goal. */
import { TextInput } from "@mantine/core";
import { IconFlag } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import type { PanelProps, StepKind } from "./kind";

function Panel({ step, change }: PanelProps<"goal">) {
  const text = useText();
  return (
    <TextInput
      label={text("steps.goalName")}
      description={text("steps.goalHint")}
      value={step.name}
      onChange={(event) => change({ ...step, name: event.currentTarget.value }, "name")}
    />
  );
}

export const goal: StepKind<"goal"> = {
  group: "actions",
  icon: IconFlag,
  colour: "lime",
  fresh: ({ id }) => ({ id: id("goal-reached"), kind: "goal", name: "" }),
  summary: ({ name }, text) => name || text("steps.nameGoal"),
  Panel,
};
