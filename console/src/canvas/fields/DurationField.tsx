/** A length of time: a number and its unit, written as the document writes it. */
import { Group, NativeSelect, NumberInput } from "@mantine/core";
import { useText } from "~/kit/text";
import { readDuration, UNITS, type Unit, writeDuration } from "../model/duration";

/** Pixels: the unit stands beside the number, not beside its label. */
const LABEL = 25;

interface DurationFieldProps {
  label: string;
  description?: string;
  value: string;
  onChange(duration: string): void;
}

export function DurationField({ label, description, value, onChange }: DurationFieldProps) {
  const text = useText();
  const { number, unit } = readDuration(value) ?? { number: 1, unit: "day" };
  const change = (to: { number?: number; unit?: Unit }) => onChange(writeDuration({ number, unit, ...to }));
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <NumberInput
        label={label}
        description={description}
        inputWrapperOrder={["label", "input", "description"]}
        value={number}
        min={0}
        max={999_999}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="strict"
        onChange={(given) => typeof given === "number" && change({ number: given })}
        flex={1}
      />
      <NativeSelect
        aria-label={text("fields.unitOf", { label })}
        value={unit}
        data={UNITS.map((one) => ({ value: one, label: text(`fields.${one}`, { number }) }))}
        onChange={(event) => change({ unit: event.currentTarget.value as Unit })}
        mt={LABEL}
      />
    </Group>
  );
}
