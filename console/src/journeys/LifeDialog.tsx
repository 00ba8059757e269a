/** Asks before a journey is paused, resumed, stopped, copied or deleted, and says what that does; tells what was done. */
import { NumberInput, Radio, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { Confirm } from "~/kit/Confirm";
import { useText } from "~/kit/text";
import { HistoryDialog } from "./HistoryDialog";
import { placesOf } from "./places";
import type { Journey, useLife } from "./queries";

export type Action = "history" | "pause" | "resume" | "stop" | "copy" | "remove" | "newVersion";

interface AskedProps {
  journey: Journey;
  life: ReturnType<typeof useLife>;
  onClose: () => void;
}

const ASKED = { history: HistoryDialog, pause: PauseDialog, resume: ResumeDialog, copy: CopyDialog };

export function LifeDialog({ action, ...asked }: AskedProps & { action: Action }) {
  const text = useText();
  const navigate = useNavigate();
  const isInList = useLocation().pathname === "/journeys";
  const { journey, life, onClose } = asked;
  if (action in ASKED) {
    const Asked = ASKED[action as keyof typeof ASKED];
    return <Asked {...asked} />;
  }
  const plain = action as Exclude<Action, keyof typeof ASKED>;
  return (
    <Confirm
      title={
        plain === "newVersion" ? text("life.newVersion") : text(`life.${plain}Title`, { name: journey.name })
      }
      hint={text(`life.${plain}Hint`)}
      action={text(`life.${plain}`)}
      danger={plain !== "newVersion"}
      pending={life[plain].isPending}
      error={life[plain].error}
      onClose={onClose}
      onConfirm={() =>
        life[plain].mutate(undefined, {
          onSuccess: () => (plain === "remove" && !isInList ? navigate("/journeys") : onClose()),
        })
      }
    />
  );
}

function PauseDialog({ journey, life, onClose }: AskedProps) {
  const text = useText();
  const [timers, setTimers] = useState<"run_on" | "freeze">("run_on");
  return (
    <Confirm
      title={text("life.pauseTitle", { name: journey.name })}
      hint={text("life.pauseHint")}
      action={text("life.pause")}
      pending={life.pause.isPending}
      error={life.pause.error}
      onClose={onClose}
      onConfirm={() => life.pause.mutate(timers, { onSuccess: onClose })}
    >
      <Radio.Group
        label={text("life.timers")}
        value={timers}
        onChange={(value) => setTimers(value === "freeze" ? value : "run_on")}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="run_on" label={text("life.run_on")} />
          <Radio value="freeze" label={text("life.freeze")} />
        </Stack>
      </Radio.Group>
    </Confirm>
  );
}

function ResumeDialog({ journey, life, onClose }: AskedProps) {
  const text = useText();
  const [isSpread, setSpread] = useState(false);
  const [people, setPeople] = useState(1000);
  const [per, setPer] = useState<"minute" | "hour">("hour");
  return (
    <Confirm
      title={text("life.resumeTitle", { name: journey.name })}
      hint={text("life.resumeHint")}
      action={text("life.resume")}
      pending={life.resume.isPending}
      error={life.resume.error}
      onClose={onClose}
      onConfirm={() => life.resume.mutate(isSpread ? { people, per } : null, { onSuccess: onClose })}
    >
      <Switch
        label={text("life.spread")}
        checked={isSpread}
        onChange={(event) => setSpread(event.currentTarget.checked)}
      />
      {isSpread && (
        <>
          <NumberInput
            label={text("life.people")}
            value={people}
            min={1}
            max={1_000_000}
            onChange={(value) => setPeople(Number(value) || 1)}
          />
          <Select
            label={text("life.per")}
            value={per}
            data={(["minute", "hour"] as const).map((value) => ({ value, label: text(`life.${value}`) }))}
            onChange={(value) => setPer(value === "minute" ? value : "hour")}
            allowDeselect={false}
          />
        </>
      )}
    </Confirm>
  );
}

function CopyDialog({ journey, life, onClose }: AskedProps) {
  const text = useText();
  const navigate = useNavigate();
  const [name, setName] = useState(text("life.copyOf", { name: journey.name }));
  return (
    <Confirm
      title={text("life.copyTitle", { name: journey.name })}
      hint={text("life.copyHint")}
      action={text("life.copy")}
      disabled={!name.trim()}
      pending={life.copy.isPending}
      error={life.copy.error}
      onClose={onClose}
      onConfirm={() => life.copy.mutate(name, { onSuccess: (made) => navigate(placesOf(made).edit) })}
    >
      <TextInput
        label={text("life.copyName")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
    </Confirm>
  );
}
