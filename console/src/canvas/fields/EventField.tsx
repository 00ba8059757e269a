/** The name of an event: those that are declared as triggers are offered, and any other can be typed. */
import { Autocomplete } from "@mantine/core";
import { useText } from "~/kit/text";
import { useAudience } from "../around";
import { useTriggers } from "../queries";

interface EventFieldProps {
  label: string;
  value: string;
  onChange(name: string): void;
}

export function EventField({ label, value, onChange }: EventFieldProps) {
  const text = useText();
  const audience = useAudience();
  const triggers = useTriggers().data ?? [];
  const fitting = triggers.filter((one) => !audience || one.audience === audience.name);
  return (
    <Autocomplete
      label={label}
      description={text("steps.eventHint")}
      data={fitting.map((one) => one.name)}
      value={value}
      onChange={onChange}
    />
  );
}
