/** What a journey watches for wherever people are: what makes them leave (W15), and what it is for (W14). */
import { ActionIcon, Button, Fieldset, NativeSelect, Stack, Switch, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { useAudience } from "../around";
import { DurationField } from "../fields/DurationField";
import { EventField } from "../fields/EventField";
import { NameSelect } from "../fields/NameSelect";
import { PropertyTests } from "../fields/PropertyTests";
import type { JourneyDocument } from "../model/document";
import { useSegments } from "../queries";

type Exit = NonNullable<JourneyDocument["exits"]>[number];
type Goal = NonNullable<JourneyDocument["goal"]>;

interface WatchFieldsProps {
  document: JourneyDocument;
  onChange(document: JourneyDocument): void;
}

export function WatchFields({ document, onChange }: WatchFieldsProps) {
  const text = useText();
  const { exits = [], goal, ...rest } = document;
  const put = (to: Exit[], reached: Goal | null | undefined) =>
    onChange({ ...rest, ...(to.length ? { exits: to } : {}), ...(reached ? { goal: reached } : {}) });
  return (
    <Stack gap="sm">
      {exits.map((one, index) => (
        <ExitFields
          key={index}
          number={index + 1}
          value={one}
          onChange={(to) => put(to ? exits.with(index, to) : exits.toSpliced(index, 1), goal)}
        />
      ))}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => put([...exits, { trigger: "" }], goal)}
      >
        {text("watch.addExit")}
      </Button>
      <Switch
        label={text("watch.hasGoal")}
        description={text("watch.goalHint")}
        checked={Boolean(goal)}
        onChange={(event) => put(exits, event.currentTarget.checked ? { name: "", trigger: "" } : null)}
      />
      {goal && <GoalFields value={goal} onChange={(to) => put(exits, to)} />}
    </Stack>
  );
}

interface ExitFieldsProps {
  number: number;
  value: Exit;
  onChange(exit: Exit | null): void;
}

function ExitFields({ number, value, onChange }: ExitFieldsProps) {
  const text = useText();
  const audience = useAudience();
  const segments = useSegments().data ?? [];
  const form = typeof value.segment === "string" ? "segment" : "trigger";
  const fitting = segments.filter((one) => !audience || one.audience === audience.name);
  return (
    <Fieldset legend={text("watch.exit", { number })} p="sm">
      <Stack gap="xs">
        <NativeSelect
          label={text("watch.exitWhen")}
          value={form}
          data={(["trigger", "segment"] as const).map((one) => ({
            value: one,
            label: text(`steps.waitFor_${one}`),
          }))}
          onChange={(event) =>
            onChange(event.currentTarget.value === "segment" ? { segment: "" } : { trigger: "" })
          }
        />
        {form === "segment" ? (
          <NameSelect
            label={text("steps.segment")}
            names={fitting.map((one) => one.name)}
            value={value.segment ?? ""}
            onChange={(segment) => onChange({ segment })}
          />
        ) : (
          <>
            <EventField
              label={text("steps.event")}
              value={value.trigger ?? ""}
              onChange={(trigger) => onChange({ ...value, trigger })}
            />
            <PropertyTests value={value.where ?? []} onChange={(where) => onChange({ ...value, where })} />
          </>
        )}
        <ActionIcon
          variant="subtle"
          color="red"
          aria-label={text("watch.removeExit", { number })}
          onClick={() => onChange(null)}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Stack>
    </Fieldset>
  );
}

interface GoalFieldsProps {
  value: Goal;
  onChange(goal: Goal): void;
}

function GoalFields({ value, onChange }: GoalFieldsProps) {
  const text = useText();
  const { within, ...rest } = value;
  return (
    <>
      <TextInput
        label={text("steps.goalName")}
        value={value.name}
        onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
      />
      <EventField
        label={text("watch.goalEvent")}
        value={value.trigger}
        onChange={(trigger) => onChange({ ...value, trigger })}
      />
      <PropertyTests value={value.where ?? []} onChange={(where) => onChange({ ...value, where })} />
      <Switch
        label={text("watch.hasWithin")}
        description={text("watch.withinHint")}
        checked={Boolean(within)}
        onChange={(event) => onChange(event.currentTarget.checked ? { ...rest, within: "7 days" } : rest)}
      />
      {within && (
        <DurationField
          label={text("watch.within")}
          value={within}
          onChange={(to) => onChange({ ...rest, within: to })}
        />
      )}
      <Switch
        label={text("watch.goalExits")}
        checked={value.exit ?? false}
        onChange={(event) => onChange({ ...value, exit: event.currentTarget.checked })}
      />
    </>
  );
}
