/** Wait a set time. */
import { IconClockPause } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { DurationField } from "../fields/DurationField";
import type { PanelProps, StepKind } from "./kind";

function Panel({ step, change }: PanelProps<"wait">) {
  const text = useText();
  return (
    <DurationField
      label={text("steps.waitFor")}
      description={text("steps.waitForHint")}
      value={step.for}
      onChange={(duration) => change({ ...step, for: duration }, "for")}
    />
  );
}

export const wait: StepKind<"wait"> = {
  group: "waits",
  icon: IconClockPause,
  colour: "yellow",
  fresh: ({ id }) => ({ id: id("wait"), kind: "wait", for: "1 day" }),
  summary: ({ for: duration }) => duration,
  Panel,
};
