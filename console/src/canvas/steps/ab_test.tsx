/** Try two versions on some, and give the rest the better one. */
import { NativeSelect, NumberInput, Radio, Stack } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { tomorrow } from "~/kit/wall";
import { DurationField } from "../fields/DurationField";
import { EventField } from "../fields/EventField";
import { LinkPicker } from "../fields/LinkPicker";
import { MomentField } from "../fields/MomentField";
import { NameSelect } from "../fields/NameSelect";
import { allSteps, type StepOf } from "../model/document";
import { isMessage } from "../model/outcomes";
import type { PanelProps, StepKind } from "./kind";
import { freshMessage } from "./MessagePanel";

type AbTest = StepOf<"ab_test">;
const METRICS = ["opened", "link_clicked", "goal"] as const;
type MetricName = (typeof METRICS)[number];

function messagesIn(step: AbTest, version: "a" | "b") {
  return allSteps(step[version] ?? []).filter(isMessage);
}

function metricOf(step: AbTest, name: MetricName): AbTest["metric"] {
  if (name === "goal") return { goal: step.metric.goal ?? "" };
  const first = (version: "a" | "b") => messagesIn(step, version)[0]?.id ?? "";
  return { event: name, of: step.metric.of ?? { a: first("a"), b: first("b") } };
}

function Panel({ step, change }: PanelProps<"ab_test">) {
  const text = useText();
  return (
    <>
      <NumberInput
        label={text("steps.share")}
        description={text("steps.shareHint")}
        value={step.share}
        min={1}
        max={100}
        suffix=" %"
        onChange={(given) => typeof given === "number" && change({ ...step, share: given }, "share")}
      />
      <MetricFields step={step} change={change} />
      <EndFields step={step} change={change} />
      <NativeSelect
        label={text("steps.defaultVersion")}
        description={text("steps.defaultVersionHint")}
        value={step.default}
        data={(["a", "b"] as const).map((one) => ({
          value: one,
          label: text(one === "a" ? "steps.versionA" : "steps.versionB"),
        }))}
        onChange={(event) => change({ ...step, default: event.currentTarget.value as "a" | "b" })}
      />
    </>
  );
}

function MetricFields({ step, change }: PanelProps<"ab_test">) {
  const text = useText();
  const { metric } = step;
  const name: MetricName = metric.event ?? "goal";
  const { of } = metric;
  const message = of ? messagesIn(step, "a").find((one) => one.id === of.a) : undefined;
  const set = (to: AbTest["metric"], field?: string) => change({ ...step, metric: to }, field);
  return (
    <>
      <NativeSelect
        label={text("steps.metric")}
        value={name}
        data={METRICS.map((one) => ({ value: one, label: text(`steps.metric_${one}`) }))}
        onChange={(event) => set(metricOf(step, event.currentTarget.value as MetricName))}
      />
      {name === "goal" && (
        <EventField
          label={text("steps.event")}
          value={metric.goal ?? ""}
          onChange={(goal) => set({ goal }, "goal")}
        />
      )}
      {of &&
        (["a", "b"] as const).map((version) => (
          <NameSelect
            key={version}
            label={text(version === "a" ? "steps.messageOfA" : "steps.messageOfB")}
            names={messagesIn(step, version).map((one) => one.id)}
            value={of[version]}
            onChange={(id) => set({ ...metric, of: { ...of, [version]: id } })}
          />
        ))}
      {name === "link_clicked" && (
        <LinkPicker
          content={message?.content ?? ""}
          value={metric.link}
          onChange={(link) => {
            const { link: _link, ...rest } = metric;
            set(link ? { ...rest, link } : rest);
          }}
        />
      )}
    </>
  );
}

function EndFields({ step, change }: PanelProps<"ab_test">) {
  const text = useText();
  const { end } = step;
  const isAfter = typeof end === "object";
  return (
    <>
      <Radio.Group
        label={text("steps.testEnd")}
        value={isAfter ? "after" : "at"}
        onChange={(to) => change({ ...step, end: to === "at" ? tomorrow(Date.now()) : { after: "1 day" } })}
      >
        <Stack gap={6} mt={6}>
          <Radio value="after" label={text("steps.testEndAfter")} />
          <Radio value="at" label={text("steps.until_at")} />
        </Stack>
      </Radio.Group>
      {typeof end === "object" ? (
        <DurationField
          label={text("steps.testLength")}
          value={end.after}
          onChange={(after) => change({ ...step, end: { after } }, "end")}
        />
      ) : (
        <MomentField
          label={text("steps.until_at")}
          value={end}
          onChange={(to) => change({ ...step, end: to }, "end")}
        />
      )}
    </>
  );
}

export const ab_test: StepKind<"ab_test"> = {
  group: "branches",
  icon: IconFlask,
  colour: "violet",
  fresh: (around) => {
    const a = { ...freshMessage("email", around), id: around.id("version-a") };
    const b = { ...freshMessage("email", around), id: around.id("version-b") };
    return {
      id: around.id("test"),
      kind: "ab_test",
      share: 20,
      a: [a],
      b: [b],
      metric: { event: "opened", of: { a: a.id, b: b.id } },
      end: { after: "1 day" },
      default: "a",
    };
  },
  summary: (step, text) =>
    text("steps.summaryTest", {
      share: step.share,
      metric: text(`steps.metric_${step.metric.event ?? "goal"}`),
    }),
  Panel,
};
