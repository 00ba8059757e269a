/** The settings of the chosen step, or of the start. */
import { ActionIcon, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { useText } from "~/kit/text";
import { PANEL, useDocument, useEditor } from "./editor";
import { useTakenFocus } from "./flow/focus";
import { findStep, START, type Step } from "./model/document";
import { change, ids } from "./model/edit";
import { asId } from "./model/outcomes";
import { StartPanel } from "./start/StartPanel";
import { labelOf } from "./steps/kind";
import { kindOf } from "./steps/registry";

export function StepPanel() {
  const text = useText();
  const document = useDocument();
  const selected = useEditor((state) => state.selected);
  const chosen = useEditor((state) => state.chosen);
  const select = useEditor((state) => state.select);
  const focus = useEditor((state) => state.focus);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const here = useTakenFocus<HTMLElement>(PANEL);
  const step = selected === null ? undefined : findStep(document, selected);
  if (!step && selected !== START) return null;
  const close = () => {
    select(null);
    if (selected) focus(selected);
  };
  const kind = step && kindOf(step.kind);
  const leave = (event: KeyboardEvent<HTMLElement>) => {
    const { target, currentTarget } = event;
    const isHere = target instanceof HTMLElement && currentTarget.contains(target);
    if (event.key !== "Escape" || !isHere || target.ariaExpanded === "true") return;
    event.preventDefault();
    close();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape leads out of the fields inside
    <section
      ref={here}
      className="step-panel"
      aria-label={text("canvas.panel")}
      tabIndex={-1}
      onKeyDown={leave}
    >
      <Group justify="space-between" p="md" pb={0} wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          {kind && <kind.icon size={20} aria-hidden />}
          <Text component="h2" fw={600}>
            {step ? text(labelOf(step.kind)) : text("canvas.start")}
          </Text>
        </Group>
        <ActionIcon variant="subtle" color="gray" aria-label={text("canvas.closePanel")} onClick={close}>
          <IconX size={18} aria-hidden />
        </ActionIcon>
      </Group>
      <fieldset className="step-fields" disabled={isReadOnly}>
        <Stack p="md" gap="md">
          {step ? <StepFields key={chosen} step={step} /> : <StartPanel />}
        </Stack>
      </fieldset>
    </section>
  );
}

function StepFields({ step }: { step: Step }) {
  const document = useDocument();
  const edit = useEditor((state) => state.edit);
  const { Panel } = kindOf(step.kind);
  return (
    <>
      <StepName step={step} />
      <Panel
        step={step}
        change={(to, field) =>
          edit(change(document, step.id, to), field === undefined ? {} : { field: `${step.id} ${field}` })
        }
      />
    </>
  );
}

function StepName({ step }: { step: Step }) {
  const text = useText();
  const document = useDocument();
  const edit = useEditor((state) => state.edit);
  const [typed, setTyped] = useState<string | null>(null);
  const wanted = asId(typed ?? step.id);
  const isTaken = wanted !== step.id && ids(document).has(wanted);
  const settle = () => {
    if (typed !== null && wanted && wanted !== step.id && !isTaken)
      edit(change(document, step.id, { ...step, id: wanted }), { renamed: wanted });
    setTyped(null);
  };
  return (
    <TextInput
      label={text("canvas.stepName")}
      description={text("canvas.stepNameHint")}
      value={typed ?? step.id}
      error={isTaken ? text("fields.nameTaken", { name: wanted }) : undefined}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={settle}
      onKeyDown={(event) => event.key === "Enter" && settle()}
    />
  );
}
