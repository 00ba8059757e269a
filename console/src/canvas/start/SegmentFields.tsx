/** The segments whose members start, those whose members do not, and how often. */
import { MultiSelect, Radio, Stack, Switch } from "@mantine/core";
import { useText } from "~/kit/text";
import { useTyped } from "~/kit/typed";
import { useSegments } from "../queries";
import { type Frequency, put, type SegmentStart, withFrequency } from "./model";
import { RepeatFields } from "./RepeatFields";

const FREQUENCIES: Frequency[] = ["once", "newly_added", "repeating"];

interface SegmentFieldsProps {
  value: SegmentStart;
  onChange(start: SegmentStart): void;
}

export function SegmentFields({ value, onChange }: SegmentFieldsProps) {
  const text = useText();
  const chosen = [value.segment].flat().filter(Boolean);
  const excluded = value.exclude ?? [];
  const frequency = value.frequency ?? "once";
  return (
    <>
      <SegmentSelect
        label={text("start.segments")}
        description={text("start.segmentsHint")}
        value={chosen}
        onChange={(to) =>
          onChange({ ...value, segment: to.length === 1 ? (to[0] ?? "") : to.length ? to : "" })
        }
      />
      <SegmentSelect
        label={text("start.exclude")}
        description={text("start.excludeHint")}
        value={excluded}
        onChange={(to) => onChange(put(value, "exclude", to.length ? to : undefined))}
      />
      <Radio.Group
        label={text("start.frequency")}
        value={frequency}
        onChange={(to) => onChange(withFrequency(value, to as Frequency))}
      >
        <Stack gap="xs" mt={4}>
          {FREQUENCIES.map((one) => (
            <Radio
              key={one}
              value={one}
              label={text(`start.${one}`)}
              description={text(`start.${one}Hint`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {frequency === "newly_added" && (
        <Switch
          label={text("start.rejoin")}
          checked={value.rejoin ?? false}
          onChange={(event) => onChange(put(value, "rejoin", event.currentTarget.checked || undefined))}
        />
      )}
      {frequency === "repeating" && <RepeatFields value={value} onChange={onChange} />}
    </>
  );
}

interface SegmentSelectProps {
  label: string;
  description: string;
  value: string[];
  onChange(names: string[]): void;
}

/** Live segments with their sizes; others with their state, so that nobody wonders where they are. */
function SegmentSelect({ label, description, value, onChange }: SegmentSelectProps) {
  const text = useText();
  const segments = useSegments().data ?? [];
  const typed = useTyped("");
  const known = segments.map(({ name, state, members }) => ({
    value: name,
    label: state === "Live" ? text("start.sized", { name, members }) : text("start.notLive", { name, state }),
  }));
  const gone = value.filter((name) => !segments.some((one) => one.name === name));
  return (
    <MultiSelect
      label={label}
      description={description}
      inputWrapperOrder={["label", "input", "description"]}
      data={[...gone, ...known]}
      value={value}
      onChange={onChange}
      nothingFoundMessage={text("fields.nothing")}
      searchable
      clearable
      {...typed}
    />
  );
}
