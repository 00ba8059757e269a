/** The event that starts people, which of them, and what happens when it comes again (J10). */
import { Radio, Select, Stack } from "@mantine/core";
import { useText } from "~/kit/text";
import { DurationField } from "../fields/DurationField";
import { NameSelect } from "../fields/NameSelect";
import { PropertyTests } from "../fields/PropertyTests";
import { useAudiences, useTriggers } from "../queries";
import { put, type TriggerStart } from "./model";

interface TriggerFieldsProps {
  value: TriggerStart;
  onChange(start: TriggerStart): void;
}

export function TriggerFields({ value, onChange }: TriggerFieldsProps) {
  const text = useText();
  const audiences = useAudiences().data ?? [];
  const triggers = useTriggers().data ?? [];
  const reentry = value.reentry ?? "always";
  const way = typeof reentry === "object" ? "after" : reentry;
  return (
    <>
      <NameSelect
        label={text("start.trigger")}
        description={text("start.triggerHint")}
        inputWrapperOrder={["label", "input", "description"]}
        names={triggers.map((one) => one.name)}
        value={value.trigger}
        onChange={(trigger) => {
          const audience = triggers.find((one) => one.name === trigger)?.audience ?? value.audience;
          onChange({ ...value, trigger, audience });
        }}
      />
      <Select
        label={text("start.audience")}
        data={audiences.map((one) => ({ value: one.name, label: one.label }))}
        value={value.audience || null}
        onChange={(to) => to && onChange({ ...value, audience: to })}
        allowDeselect={false}
      />
      <PropertyTests
        value={value.where ?? []}
        onChange={(where) => onChange(put(value, "where", where.length ? where : undefined))}
      />
      <Radio.Group
        label={text("start.reentry")}
        value={way}
        onChange={(to) =>
          onChange({
            ...value,
            reentry: to === "after" ? { after: "1 week" } : to === "once" ? to : "always",
          })
        }
      >
        <Stack gap="xs" mt={4}>
          <Radio value="always" label={text("start.always")} />
          <Radio value="once" label={text("start.onlyOnce")} />
          <Radio value="after" label={text("start.after")} />
        </Stack>
      </Radio.Group>
      {typeof reentry === "object" && (
        <DurationField
          label={text("start.afterHint")}
          value={reentry.after}
          onChange={(after) => onChange({ ...value, reentry: { after } })}
        />
      )}
    </>
  );
}
