/** What an attribute is compared with, in the form that its type and its test ask for. */
import { NumberInput, Select, TagsInput, Text, TextInput } from "@mantine/core";
import { DurationField } from "~/canvas/fields/DurationField";
import { useText } from "~/kit/text";
import { type AttributeType, formOf, partOf, type TestName, type Value } from "./tests";

interface ValueFieldProps {
  type: AttributeType;
  test: TestName;
  value: Value | null | undefined;
  onChange(value: Value): void;
}

export function ValueField({ type, test, value, onChange }: ValueFieldProps) {
  const text = useText();
  const form = formOf(type, test);
  const label = text("condition.value");
  switch (form) {
    case "nothing":
      return null;
    case "duration":
      return <DurationField label={label} value={String(value ?? "7 days")} onChange={onChange} />;
    case "several":
      return (
        <TagsInput
          aria-label={label}
          placeholder={text("condition.several")}
          value={listed(value).map(String)}
          onChange={(to) => onChange(type === "number" ? to.map(Number).filter(Number.isFinite) : to)}
          miw={200}
          flex={1}
        />
      );
    case "range": {
      const [low = "", high = ""] = listed(value);
      return (
        <>
          <One
            form={partOf(type)}
            label={text("condition.from")}
            value={low}
            onChange={(to) => onChange([to, high])}
          />
          <Text lh="36px">{text("condition.and")}</Text>
          <One
            form={partOf(type)}
            label={text("condition.to")}
            value={high}
            onChange={(to) => onChange([low, to])}
          />
        </>
      );
    }
    case "boolean":
      return (
        <Select
          aria-label={label}
          data={[
            { value: "true", label: text("condition.yes") },
            { value: "false", label: text("condition.no") },
          ]}
          value={String(value ?? true)}
          onChange={(to) => onChange(to === "true")}
          allowDeselect={false}
          w={100}
        />
      );
    default:
      return <One form={form} label={label} value={listed(value)[0] ?? ""} onChange={onChange} />;
  }
}

type Scalar = string | number | boolean;

function listed(value: Value | null | undefined): Scalar[] {
  return value === null || value === undefined ? [] : [value].flat();
}

interface OneProps {
  form: string;
  label: string;
  value: Scalar;
  onChange(value: string | number): void;
}

function One({ form, label, value, onChange }: OneProps) {
  if (form === "number") {
    return (
      <NumberInput
        aria-label={label}
        value={Number(value)}
        onChange={(to) => onChange(Number(to) || 0)}
        w={140}
      />
    );
  }
  return (
    <TextInput
      aria-label={label}
      type={form === "day" ? "date" : "text"}
      value={String(value)}
      onChange={(event) => onChange(event.currentTarget.value)}
      w={form === "day" ? 160 : 200}
    />
  );
}
