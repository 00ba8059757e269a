/** Whether the draft is saved: a word for the eye, and for those who listen. */
import { Group, Popover, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCloudUpload } from "@tabler/icons-react";
import { Refusal } from "~/api/client";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { isAsked, type Saver, useSaved } from "./saving";

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function SavingState({ saver }: { saver: Saver }) {
  const text = useText();
  const state = useSaved(saver, (saved) => saved.state);
  if (state.now === "refused") return <NotSaved why={state.why} />;
  const said =
    state.now === "saved"
      ? state.at === null
        ? text("saving.saved")
        : text("saving.savedAt", { time: TIME.format(state.at) })
      : text(isAsked(state) ? `saving.${state.now}` : "saving.saving");
  const Icon = state.now === "saved" ? IconCheck : isAsked(state) ? IconAlertTriangle : IconCloudUpload;
  return (
    <Group gap={4} c="dimmed" role="status">
      <Icon size={16} aria-hidden />
      <Text size="xs">{said}</Text>
    </Group>
  );
}

function NotSaved({ why }: { why: unknown }) {
  const text = useText();
  return (
    <Popover width={360} shadow="md" withArrow>
      <Popover.Target>
        <UnstyledButton>
          <Group gap={4} c="red">
            <IconAlertTriangle size={16} aria-hidden />
            <Text size="xs" td="underline">
              {text("saving.notSaved")}
            </Text>
          </Group>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <WhyNotSaved why={why} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** What was refused, or that it will be tried again. */
export function WhyNotSaved({ why }: { why: unknown }) {
  const text = useText();
  const isRefused = why instanceof Refusal && why.status < 500;
  return isRefused ? <Problems of={why} /> : <Text size="sm">{text("saving.unreached")}</Text>;
}
