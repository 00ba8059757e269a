/** Branch off a message: wait for what people do with it, up to a limit. */
import { Button, Fieldset, NativeSelect } from "@mantine/core";
import { IconGitFork, IconPlus } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { useDocument } from "../editor";
import { DurationField } from "../fields/DurationField";
import { LinkPicker } from "../fields/LinkPicker";
import { NameSelect } from "../fields/NameSelect";
import { OutcomeNameField } from "../fields/OutcomeNameField";
import { findStep, passedBefore, placeOf } from "../model/document";
import {
  awaitedBy,
  awaiting,
  type Case,
  freshName,
  type Interaction,
  interactionsOf,
  isMessage,
} from "../model/outcomes";
import type { PanelProps, StepKind } from "./kind";
import { Order } from "./Order";

function Panel({ step, change }: PanelProps<"if">) {
  const text = useText();
  const document = useDocument();
  const place = placeOf(document, step.id);
  const messages = place ? passedBefore(document, place).filter(isMessage) : [];
  const message = findStep(document, step.of);
  const cases = awaitedBy(step);
  const put = (to: Case[], field?: string) => change(awaiting(step, to), field);
  return (
    <>
      <NameSelect
        label={text("steps.branchOff")}
        description={messages.length ? undefined : text("steps.noMessageBefore")}
        names={messages.map((one) => ({ value: one.id, label: `${one.id} (${text(`steps.${one.kind}`)})` }))}
        value={step.of}
        onChange={(of) => change({ ...step, of })}
      />
      {cases.map((one, index) => (
        <Awaited
          key={index}
          cases={cases}
          index={index}
          one={one}
          interactions={interactionsOf(message)}
          content={isMessage(message) ? message.content : ""}
          put={put}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => {
          const event = interactionsOf(message).find((name) => !cases.some((one) => one.event === name));
          const taken = ["no", ...cases.map((one) => one.outcome)];
          const outcome = freshName(taken, (event ?? "link_clicked").replaceAll("_", "-"));
          put([...cases, { outcome, event: event ?? "link_clicked", then: [] }]);
        }}
      >
        {text("steps.addOutcome")}
      </Button>
      <DurationField
        label={text("steps.limit")}
        description={text("steps.limitFromMessage")}
        value={step.within}
        onChange={(within) => change({ ...step, within }, "within")}
      />
    </>
  );
}

interface AwaitedProps {
  cases: Case[];
  index: number;
  one: Case;
  interactions: readonly Interaction[];
  content: string;
  put(cases: Case[], field?: string): void;
}

/** One thing to wait for; with a name and an order when there are several. */
function Awaited({ cases, index, one, interactions, content, put }: AwaitedProps) {
  const text = useText();
  const set = (to: Case) => put(cases.with(index, to));
  const names = interactions.includes(one.event) ? interactions : [one.event, ...interactions];
  const fields = (
    <>
      <NativeSelect
        label={text("steps.if_waitFor")}
        value={one.event}
        data={names.map((name) => ({ value: name, label: text(`steps.event_${name}`) }))}
        onChange={(event) => {
          const { link: _link, ...rest } = one;
          set({ ...rest, event: event.currentTarget.value as Interaction });
        }}
      />
      {one.event === "link_clicked" && (
        <LinkPicker
          content={content}
          value={one.link}
          onChange={(link) => {
            const { link: _link, ...rest } = one;
            set(link ? { ...rest, link } : rest);
          }}
        />
      )}
    </>
  );
  if (cases.length === 1) return fields;
  return (
    <Fieldset legend={text("steps.outcomeNumber", { number: index + 1 })} p="sm">
      <OutcomeNameField
        label={text("steps.outcomeName")}
        value={one.outcome}
        taken={["no", ...cases.map((other) => other.outcome)]}
        onChange={(outcome) => set({ ...one, outcome })}
      />
      {fields}
      <Order list={cases} index={index} put={put} name={one.outcome} />
    </Fieldset>
  );
}

export const ifThen: StepKind<"if"> = {
  group: "branches",
  icon: IconGitFork,
  colour: "violet",
  fresh: ({ id, document, place }) => {
    const message = passedBefore(document, place).findLast(isMessage);
    const event = message?.kind === "text" ? "replied" : message?.kind === "push" ? "opened" : "link_clicked";
    return { id: id("if"), kind: "if", of: message?.id ?? "", event, within: "1 day" };
  },
  summary: (step, text) => {
    const what = awaitedBy(step).map((one) => text(`steps.event_${one.event}`));
    const of = step.of || text("steps.chooseMessage");
    return text("steps.summaryIf", { of, what: what.join(" / "), within: step.within });
  },
  Panel,
};
