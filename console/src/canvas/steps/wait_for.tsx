/** Wait for an event of the person, or for becoming a member of a segment, up to a limit. */
import { Radio, Stack } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { useAudience } from "../around";
import { DurationField } from "../fields/DurationField";
import { EventField } from "../fields/EventField";
import { NameSelect } from "../fields/NameSelect";
import { PropertyTests } from "../fields/PropertyTests";
import type { StepOf } from "../model/document";
import { useSegments } from "../queries";
import type { PanelProps, StepKind } from "./kind";

const FORMS = ["trigger", "segment"] as const;
type Form = (typeof FORMS)[number];

function inForm(step: StepOf<"wait_for">, form: Form): StepOf<"wait_for"> {
  const { trigger: _trigger, where: _where, segment: _segment, ...kept } = step;
  return { ...kept, [form]: "" };
}

function Panel({ step, change }: PanelProps<"wait_for">) {
  const text = useText();
  const audience = useAudience();
  const segments = useSegments().data ?? [];
  const form: Form = typeof step.segment === "string" ? "segment" : "trigger";
  const names = segments.filter((one) => !audience || one.audience === audience.name);
  return (
    <>
      <Radio.Group
        label={text("steps.if_waitFor")}
        value={form}
        onChange={(to) => change(inForm(step, to as Form))}
      >
        <Stack gap={6} mt={6}>
          {FORMS.map((one) => (
            <Radio key={one} value={one} label={text(`steps.waitFor_${one}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {form === "segment" ? (
        <NameSelect
          label={text("steps.segment")}
          names={names.map((one) => one.name)}
          value={step.segment ?? ""}
          onChange={(segment) => change({ ...step, segment })}
        />
      ) : (
        <>
          <EventField
            label={text("steps.event")}
            value={step.trigger ?? ""}
            onChange={(name) => change({ ...step, trigger: name }, "trigger")}
          />
          <PropertyTests value={step.where ?? []} onChange={(where) => change({ ...step, where }, "where")} />
        </>
      )}
      <DurationField
        label={text("steps.limit")}
        description={text("steps.limitFromArrival")}
        value={step.within}
        onChange={(within) => change({ ...step, within }, "within")}
      />
    </>
  );
}

export const wait_for: StepKind<"wait_for"> = {
  group: "waits",
  icon: IconHourglass,
  colour: "yellow",
  fresh: ({ id }) => ({ id: id("wait-for"), kind: "wait_for", trigger: "", within: "1 day" }),
  summary: ({ trigger, segment, within }, text) =>
    text("steps.summaryWithin", { what: trigger || segment || text("steps.chooseAwaited"), within }),
  Panel,
};
