/** When a journey starts and ends, on which wall clock, and how fast people enter (J7 - J9). */
import { Radio, Stack, Switch } from "@mantine/core";
import { SearchSelect } from "~/kit/SearchSelect";
import { useText } from "~/kit/text";
import { isZone, MINUTE, wallAt, writeWall } from "~/kit/wall";
import { zones } from "~/kit/zones";
import { LocalTimeField } from "../fields/MomentField";
import { useWorkspace } from "../queries";
import { put, type Start } from "./model";
import { RateFields } from "./RateFields";

const SOON = 60 * MINUTE;

interface TimingFieldsProps {
  value: Start;
  onChange(start: Start): void;
}

export function TimingFields({ value, onChange }: TimingFieldsProps) {
  const text = useText();
  const ofWorkspace = useWorkspace().data?.zone ?? "UTC";
  const zone = value.timezone && isZone(value.timezone) ? value.timezone : ofWorkspace;
  const at = value.at ?? "publication";
  const soon = () => writeWall(wallAt(Date.now() + SOON, zone));
  return (
    <>
      <Radio.Group
        label={text("start.at")}
        value={at === "publication" ? at : "time"}
        onChange={(to) => onChange(put(value, "at", to === "time" ? soon() : undefined))}
      >
        <Stack gap="xs" mt={4}>
          <Radio value="publication" label={text("start.publication")} />
          <Radio value="time" label={text("start.time")} />
        </Stack>
      </Radio.Group>
      {at !== "publication" && (
        <LocalTimeField
          label={text("start.time")}
          zone={zone}
          value={at}
          onChange={(to) => onChange({ ...value, at: to })}
        />
      )}
      <SearchSelect
        label={text("start.zone")}
        placeholder={text("start.workspaceZone", { zone: ofWorkspace })}
        data={zones()}
        value={value.timezone ?? null}
        onChange={(to) => onChange(put(value, "timezone", to ?? undefined))}
        clearable
        limit={100}
      />
      <Switch
        label={text("start.hasEnd")}
        description={text("start.endHint")}
        checked={value.end != null}
        onChange={(event) => onChange(put(value, "end", event.currentTarget.checked ? soon() : undefined))}
      />
      {value.end != null && (
        <LocalTimeField
          label={text("start.end")}
          zone={zone}
          value={value.end}
          onChange={(to) => onChange({ ...value, end: to })}
        />
      )}
      <Switch
        label={text("start.hasRate")}
        checked={value.rate != null}
        onChange={(event) =>
          onChange(
            put(value, "rate", event.currentTarget.checked ? { people: 1000, per: "hour" } : undefined),
          )
        }
      />
      {value.rate != null && (
        <RateFields value={value.rate} onChange={(rate) => onChange({ ...value, rate })} />
      )}
    </>
  );
}
