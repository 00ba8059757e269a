/** Set an attribute of the person, or remove it. */
import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { IconUserEdit } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { attributesOf, useAudience } from "../around";
import { NameSelect } from "../fields/NameSelect";
import type { PanelProps, StepKind } from "./kind";

const TYPES = ["text", "number", "boolean", "date", "datetime", "email", "phone", "zone"];

function Panel({ step, change }: PanelProps<"set">) {
  const text = useText();
  const audience = useAudience();
  return (
    <>
      <NameSelect
        label={text("steps.attribute")}
        names={attributesOf(audience, ...TYPES)}
        value={step.attribute}
        onChange={(attribute) => change({ ...step, attribute, value: null })}
      />
      <Value step={step} change={change} type={audience?.attributes[step.attribute]} />
    </>
  );
}

/** A field for values of the attribute's type; an empty one removes the attribute. */
function Value({ step, change, type }: PanelProps<"set"> & { type: string | undefined }) {
  const text = useText();
  const set = (value: typeof step.value) => change({ ...step, value }, "value");
  const label = text("steps.newValue");
  const description = text("steps.newValueHint");
  if (type === "number")
    return (
      <NumberInput
        label={label}
        description={description}
        value={typeof step.value === "number" ? step.value : ""}
        onChange={(given) => set(typeof given === "number" ? given : null)}
      />
    );
  if (type === "boolean")
    return (
      <NativeSelect
        label={label}
        description={description}
        value={String(step.value ?? "")}
        data={(["", "true", "false"] as const).map((value) => ({
          value,
          label: text(value === "" ? "steps.value_none" : `steps.value_${value}`),
        }))}
        onChange={({ currentTarget: { value } }) => set(value === "" ? null : value === "true")}
      />
    );
  return (
    <TextInput
      type={type === "date" ? "date" : "text"}
      label={label}
      description={description}
      value={String(step.value ?? "")}
      onChange={(event) => set(event.currentTarget.value || null)}
    />
  );
}

export const set: StepKind<"set"> = {
  group: "actions",
  icon: IconUserEdit,
  colour: "indigo",
  fresh: ({ id }) => ({ id: id("set"), kind: "set", attribute: "", value: null }),
  summary: ({ attribute, value }, text) => {
    if (!attribute) return text("steps.chooseAttribute");
    const isRemoved = value === null || value === undefined || value === "";
    return isRemoved ? text("steps.removed", { attribute }) : `${attribute} = ${value}`;
  },
  Panel,
};
