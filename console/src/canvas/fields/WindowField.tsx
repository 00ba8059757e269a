/** A part of the day, on some days of the week. */
import { Group, Text } from "@mantine/core";
import { TimeField } from "~/kit/TimeField";
import { useText } from "~/kit/text";
import type { StepOf } from "../model/document";
import { WeekdaysField } from "./WeekdaysField";

type Window = NonNullable<StepOf<"wait_until">["time"]>;

interface WindowFieldProps {
  value: Window;
  onChange(window: Window): void;
}

export function WindowField({ value, onChange }: WindowFieldProps) {
  const text = useText();
  const time = (part: "from" | "to", label: string) => (
    <TimeField
      type="time"
      label={label}
      value={value[part]}
      onChange={(to) => onChange({ ...value, [part]: to.slice(0, 5) })}
      flex={1}
    />
  );
  return (
    <>
      <Group gap="xs">
        {time("from", text("fields.from"))}
        {time("to", text("fields.to"))}
      </Group>
      <WeekdaysField
        label={text("fields.onDays")}
        value={value.weekdays ?? []}
        emptyMeans={text("fields.everyDay")}
        onChange={(days) => {
          const { weekdays: _weekdays, ...rest } = value;
          onChange(days.length ? { ...rest, weekdays: days } : rest);
        }}
      />
      <Text size="xs" c="dimmed">
        {text("fields.personZone")}
      </Text>
    </>
  );
}
