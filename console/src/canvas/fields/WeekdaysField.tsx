/** Some days of the week. */
import { Chip, Group, Input } from "@mantine/core";
import { useText } from "~/kit/text";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

interface WeekdaysFieldProps {
  label: string;
  value: readonly Weekday[];
  emptyMeans: string;
  onChange(days: Weekday[]): void;
}

export function WeekdaysField({ label, value, emptyMeans, onChange }: WeekdaysFieldProps) {
  const text = useText();
  const change = (days: string[]) => onChange(WEEKDAYS.filter((day) => days.includes(day)));
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={value.length ? undefined : emptyMeans}
      inputWrapperOrder={["label", "input", "description"]}
    >
      <Group gap={6} role="group" aria-label={label}>
        <Chip.Group multiple value={[...value]} onChange={change}>
          {WEEKDAYS.map((day) => (
            <Chip key={day} value={day} size="xs" variant="light" color="gray">
              {text(`fields.${day}`)}
            </Chip>
          ))}
        </Chip.Group>
      </Group>
    </Input.Wrapper>
  );
}
