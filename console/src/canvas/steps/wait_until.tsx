/** Wait until a date and time, a date of the person, or a part of the day. */
import { Radio, Stack } from "@mantine/core";
import { IconCalendarTime } from "@tabler/icons-react";
import type { Text } from "~/kit/text";
import { useText } from "~/kit/text";
import { readWall, tomorrow } from "~/kit/wall";
import { attributesOf, useAudience } from "../around";
import { DurationField } from "../fields/DurationField";
import { MomentField } from "../fields/MomentField";
import { NameSelect } from "../fields/NameSelect";
import { WindowField } from "../fields/WindowField";
import type { StepOf } from "../model/document";
import { shownMoment } from "../words";
import type { PanelProps, StepKind } from "./kind";

type WaitUntil = StepOf<"wait_until">;
const FORMS = ["at", "attribute", "time"] as const;
type Form = (typeof FORMS)[number];
const PLACES = ["at", "before", "after"] as const;
type OffsetPlace = (typeof PLACES)[number];

function formOf(step: WaitUntil): Form {
  if (step.time) return "time";
  return step.attribute === undefined || step.attribute === null ? "at" : "attribute";
}

function inForm({ id }: WaitUntil, form: Form): WaitUntil {
  const base = { id, kind: "wait_until" } as const;
  if (form === "attribute") return { ...base, attribute: "" };
  if (form === "time") return { ...base, time: { from: "09:00", to: "17:00" } };
  return { ...base, at: tomorrow(Date.now()) };
}

function Panel({ step, change }: PanelProps<"wait_until">) {
  const text = useText();
  const form = formOf(step);
  return (
    <>
      <Radio.Group
        label={text("steps.waitUntilWhat")}
        value={form}
        onChange={(to) => change(inForm(step, to as Form))}
      >
        <Stack gap={6} mt={6}>
          {FORMS.map((one) => (
            <Radio key={one} value={one} label={text(`steps.until_${one}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {form === "at" && (
        <MomentField
          label={text("steps.until_at")}
          value={step.at ?? ""}
          onChange={(at) => change({ ...step, at }, "at")}
        />
      )}
      {form === "attribute" && <AttributeForm step={step} change={change} />}
      {step.time && <WindowField value={step.time} onChange={(time) => change({ ...step, time }, "time")} />}
    </>
  );
}

function AttributeForm({ step, change }: PanelProps<"wait_until">) {
  const text = useText();
  const names = attributesOf(useAudience(), "date", "datetime");
  const offset = step.offset ?? {};
  const place: OffsetPlace = offset.before ? "before" : offset.after ? "after" : "at";
  const away = offset.before ?? offset.after ?? "1 day";
  const move = (to: OffsetPlace, duration: string) => {
    const { offset: _offset, ...rest } = step;
    change(to === "at" ? rest : { ...rest, offset: { [to]: duration } }, "offset");
  };
  return (
    <>
      <NameSelect
        label={text("steps.untilAttribute")}
        names={names}
        value={step.attribute ?? ""}
        onChange={(attribute) => change({ ...step, attribute })}
      />
      <Radio.Group
        label={text("steps.untilOffset")}
        value={place}
        onChange={(to) => move(to as OffsetPlace, away)}
      >
        <Stack gap={6} mt={6}>
          {PLACES.map((one) => (
            <Radio key={one} value={one} label={text(`steps.offset_${one}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {place !== "at" && (
        <DurationField
          label={text("steps.offsetLength")}
          value={away}
          onChange={(duration) => move(place, duration)}
        />
      )}
    </>
  );
}

function summary(step: WaitUntil, text: Text): string {
  if (step.at) return shownMoment(step.at);
  if (step.time) {
    const days = step.time.weekdays?.map((day) => text(`fields.${day}`)).join(", ");
    return `${step.time.from}–${step.time.to}${days && step.time.weekdays?.length !== 7 ? `, ${days}` : ""}`;
  }
  const name = step.attribute || text("steps.chooseAttribute");
  if (step.offset?.before) return text("steps.beforeAttribute", { length: step.offset.before, name });
  return step.offset?.after ? text("steps.afterAttribute", { length: step.offset.after, name }) : name;
}

export const wait_until: StepKind<"wait_until"> = {
  group: "waits",
  icon: IconCalendarTime,
  colour: "yellow",
  fresh: ({ id, now }) => ({ id: id("wait-until"), kind: "wait_until", at: tomorrow(readWall(now)) }),
  summary,
  Panel,
};
