/** Who enters a journey, and when: the fields of its start, in the panel of the start and where a journey is made. */
import { SegmentedControl, Stack } from "@mantine/core";
import { useText } from "~/kit/text";
import { HoldOutField } from "./HoldOutField";
import { type Start, withType } from "./model";
import { SegmentFields } from "./SegmentFields";
import { TimingFields } from "./TimingFields";
import { TriggerFields } from "./TriggerFields";

interface StartFieldsProps {
  value: Start;
  onChange(start: Start): void;
}

export function StartFields({ value, onChange }: StartFieldsProps) {
  const text = useText();
  const type = "trigger" in value ? "trigger" : "segment";
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={text("start.type")}
        value={type}
        data={[
          { value: "segment", label: text("start.segmentBased") },
          { value: "trigger", label: text("start.triggerBased") },
        ]}
        onChange={(to) => onChange(withType(value, to === "trigger" ? to : "segment", "contact"))}
      />
      {"trigger" in value ? (
        <TriggerFields value={value} onChange={onChange} />
      ) : (
        <SegmentFields value={value} onChange={onChange} />
      )}
      <TimingFields value={value} onChange={onChange} />
      <HoldOutField value={value} onChange={onChange} />
    </Stack>
  );
}
