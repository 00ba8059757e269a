/** Raise a trigger: an event of the person, which may start other journeys. */
import { IconBroadcast } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { EventField } from "../fields/EventField";
import { JsonField } from "../fields/JsonField";
import type { PanelProps, StepKind } from "./kind";

function Panel({ step, change }: PanelProps<"raise">) {
  const text = useText();
  return (
    <>
      <EventField
        label={text("steps.trigger")}
        value={step.trigger}
        onChange={(name) => change({ ...step, trigger: name }, "trigger")}
      />
      <JsonField
        label={text("steps.properties")}
        description={text("steps.propertiesHint")}
        value={step.properties}
        onChange={(properties) => {
          const { properties: _properties, ...rest } = step;
          change(properties ? { ...rest, properties } : rest, "properties");
        }}
      />
    </>
  );
}

export const raise: StepKind<"raise"> = {
  group: "actions",
  icon: IconBroadcast,
  colour: "indigo",
  fresh: ({ id }) => ({ id: id("raise"), kind: "raise", trigger: "" }),
  summary: ({ trigger }, text) => trigger || text("steps.nameTrigger"),
  Panel,
};
