/** The schedule of a repeating start, and when it would run next. */
import { Group, List, NumberInput, Select, Switch, Text } from "@mantine/core";
import { FormattedDate } from "react-intl";
import { useText } from "~/kit/text";
import { WeekdaysField } from "../fields/WeekdaysField";
import { useOccurrences } from "../queries";
import { put, type SegmentStart } from "./model";

type Repeat = NonNullable<SegmentStart["repeat"]>;
const UNITS = ["day", "week", "month"] as const;

interface RepeatFieldsProps {
  value: SegmentStart;
  onChange(start: SegmentStart): void;
}

export function RepeatFields({ value, onChange }: RepeatFieldsProps) {
  const text = useText();
  const repeat: Repeat = value.repeat ?? { every: 1, unit: "week" };
  const change = (to: Repeat) => onChange({ ...value, repeat: to });
  const every = repeat.every ?? 1;
  return (
    <>
      <Group gap="xs" align="flex-end" grow>
        <NumberInput
          label={text("start.every")}
          value={every}
          min={1}
          max={1000}
          allowDecimal={false}
          onChange={(to) => change({ ...repeat, every: Number(to) || 1 })}
        />
        <Select
          label={text("start.unit")}
          data={UNITS.map((unit) => ({ value: unit, label: text(`start.${unit}`, { every }) }))}
          value={repeat.unit}
          onChange={(to) => to && change({ every, unit: to as Repeat["unit"] })}
          allowDeselect={false}
        />
      </Group>
      {repeat.unit === "week" && (
        <WeekdaysField
          label={text("start.onDays")}
          value={repeat.weekdays ?? []}
          emptyMeans={text("start.startsWeekday")}
          onChange={(days) => change(put(repeat, "weekdays", days.length ? days : undefined))}
        />
      )}
      {repeat.unit === "month" && (
        <NumberInput
          label={text("start.dayOfMonth")}
          description={text("start.dayOfMonthHint")}
          inputWrapperOrder={["label", "input", "description"]}
          value={repeat.day ?? ""}
          min={1}
          max={31}
          allowDecimal={false}
          onChange={(to) => change(put(repeat, "day", to === "" ? undefined : Number(to)))}
        />
      )}
      <Switch
        label={text("start.skip")}
        checked={value.inside === "skip"}
        onChange={(event) => onChange(put(value, "inside", event.currentTarget.checked ? "skip" : undefined))}
      />
      <Upcoming value={value} />
    </>
  );
}

function Upcoming({ value }: { value: SegmentStart }) {
  const text = useText();
  const found = useOccurrences({ ...value, segment: "any" }).data;
  if (!found) return null;
  return (
    <div>
      <Text size="sm" fw={500}>
        {text("start.next")}
      </Text>
      <List size="sm" aria-live="polite">
        {found.occurrences.map((at) => (
          <List.Item key={at}>
            <FormattedDate value={at} dateStyle="full" timeStyle="short" timeZone={found.zone} />
          </List.Item>
        ))}
      </List>
    </div>
  );
}
