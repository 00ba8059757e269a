/** The entry rate: how many people, in what time, on which days and hours (J9). */
import { Group, NumberInput, Select, Text, TextInput } from "@mantine/core";
import { useText } from "~/kit/text";
import { WeekdaysField } from "../fields/WeekdaysField";
import { put, type Start } from "./model";

type Rate = NonNullable<Start["rate"]>;
const PER = ["minute", "hour", "day"] as const;

interface RateFieldsProps {
  value: Rate;
  onChange(rate: Rate): void;
}

export function RateFields({ value, onChange }: RateFieldsProps) {
  const text = useText();
  /** Hours go together: the first that is given gives the other, and an empty one takes both away. */
  const hours = (part: "from" | "to", time: string) => {
    const { from, to, ...rest } = value;
    if (!time) return onChange(rest);
    return onChange({ ...rest, from: from ?? "09:00", to: to ?? "18:00", [part]: time });
  };
  return (
    <>
      <Group gap="xs" align="flex-end" grow>
        <NumberInput
          label={text("start.people")}
          value={value.people}
          min={1}
          max={1_000_000}
          allowDecimal={false}
          onChange={(to) => onChange({ ...value, people: Number(to) || 1 })}
        />
        <Select
          label={text("start.per")}
          data={PER.map((one) => ({ value: one, label: text(`start.per${one}`) }))}
          value={value.per}
          onChange={(to) => to && onChange({ ...value, per: to as Rate["per"] })}
          allowDeselect={false}
        />
      </Group>
      <Group gap="xs" grow>
        {(["from", "to"] as const).map((part) => (
          <TextInput
            key={part}
            type="time"
            label={text(`start.${part}`)}
            value={value[part] ?? ""}
            onChange={(event) => hours(part, event.currentTarget.value.slice(0, 5))}
          />
        ))}
      </Group>
      <WeekdaysField
        label={text("start.onDays")}
        value={value.weekdays ?? []}
        emptyMeans={text("start.everyDay")}
        onChange={(days) => onChange(put(value, "weekdays", days.length ? days : undefined))}
      />
      <Text size="xs" c="dimmed">
        {text("start.rateHint")}
      </Text>
    </>
  );
}
